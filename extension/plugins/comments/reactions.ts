import { type Comment, REACTIONS, type Reaction } from '@daybook/shared/api/comments';
import { button, element } from '../../widgets/grid/element.ts';
import { SMILE } from './icons.ts';

const LOOKS: Readonly<Record<Reaction, readonly [sign: string, name: string]>> = {
  'thumbs-up': ['👍', 'Thumbs up'],
  'thumbs-down': ['👎', 'Thumbs down'],
  heart: ['❤️', 'Heart'],
  party: ['🎉', 'Party'],
  eyes: ['👀', 'Eyes'],
  check: ['✅', 'Check'],
};

export interface ReactOptions {
  /** Whose reactions are pressed in. */
  readonly you: string | undefined;
  /** Without it reactions are shown and cannot be given. */
  readonly react: ((reaction: Reaction, on: boolean) => void) | undefined;
}

/** The reactions to a comment, each with who gave it. */
export function reactionRow({ reactions }: Comment, { you, react }: ReactOptions): HTMLElement | undefined {
  if (reactions.length === 0) return undefined;
  return element('div', {
    class: 'db-Reactions',
    children: reactions.map(({ reaction, people }) => {
      const [sign, name] = LOOKS[reaction];
      const mine = people.some(({ id }) => id === you);
      const names = people.map(({ displayName }) => displayName).join(', ');
      const made = button('', () => react?.(reaction, !mine), {
        class: 'db-Reaction',
        attributes: { 'aria-pressed': String(mine), 'aria-label': `${name}: ${names}`, title: names },
        children: [element('span', { text: sign }), element('span', { text: String(people.length) })],
      });
      made.disabled = react === undefined;
      return made;
    }),
  });
}

export interface PickerOptions {
  /** Names it among those of its thread, whose buttons are made anew when anything changes. */
  readonly key: string;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
  readonly react: (reaction: Reaction) => void;
}

/** A button that opens all reactions to choose from. */
export function reactionPicker({ key, open: isOpen, onOpen, react }: PickerOptions): HTMLElement {
  const menu = element('span', { class: 'db-ReactionMenu', attributes: { role: 'group', 'aria-label': 'Reactions' } });
  const opener = button('', () => show(menu.hidden === true), {
    class: 'db-IconButton',
    attributes: { 'aria-label': 'React', title: 'React', 'aria-expanded': String(isOpen), 'data-key': key },
  });
  opener.innerHTML = SMILE;
  const frame = element('span', { class: 'db-ReactionPicker', children: [opener, menu] });
  const show = (open: boolean): void => {
    menu.hidden = !open;
    opener.setAttribute('aria-expanded', String(open));
    onOpen(open);
    if (open) menu.querySelector('button')?.focus();
  };
  menu.hidden = !isOpen;
  menu.append(
    ...REACTIONS.map((reaction) => {
      const [sign, name] = LOOKS[reaction];
      const choose = () => {
        show(false);
        react(reaction);
      };
      const attributes = { 'aria-label': name, title: name, 'data-key': `${key} ${reaction}` };
      return button(sign, choose, { class: 'db-IconButton', attributes });
    }),
  );
  frame.addEventListener('focusout', (event) => {
    if (!frame.contains(event.relatedTarget as Node | null)) show(false);
  });
  frame.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || menu.hidden) return;
    event.stopPropagation();
    show(false);
    opener.focus();
  });
  return frame;
}
