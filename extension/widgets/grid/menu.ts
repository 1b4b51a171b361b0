import { button, element } from './element.ts';
import { Popup } from './popup.ts';

export interface MenuItem {
  readonly label: string;
  readonly hint: string;
  readonly act: () => void;
}

/** Opens a menu under its button and focuses the first item; arrows, Home and End move. */
export function openMenu(anchor: HTMLElement, label: string, items: readonly MenuItem[]): Popup {
  const buttons = items.map((item) =>
    button(
      item.label,
      () => {
        popup.close();
        item.act();
      },
      { attributes: { role: 'menuitem', tabindex: -1 } },
    ),
  );
  buttons.forEach((made, index) => {
    made.append(element('small', { text: items[index]?.hint ?? '' }));
  });
  const menu = element('div', {
    class: 'db-menu',
    attributes: { role: 'menu', 'aria-label': label },
    children: buttons,
  });
  menu.addEventListener('keydown', (event) => {
    const now = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const last = buttons.length - 1;
    const next = { ArrowDown: now === last ? 0 : now + 1, ArrowUp: now <= 0 ? last : now - 1, Home: 0, End: last }[
      event.key
    ];
    if (next === undefined) {
      if (event.key === 'Tab') popup.close();
      return;
    }
    event.preventDefault();
    buttons[next]?.focus();
  });
  anchor.setAttribute('aria-expanded', 'true');
  const popup = new Popup(anchor, menu, { onClose: () => anchor.setAttribute('aria-expanded', 'false') });
  buttons[0]?.focus();
  return popup;
}
