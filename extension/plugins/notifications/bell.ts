import type { Notification } from '@daybook/shared/api/notifications';
import { button, element } from '../../widgets/grid/element.ts';
import { avatar } from '../comments/avatar.ts';
import { whenInFull, whenWords } from '../comments/when.ts';
import type { NotificationStore } from './store.ts';

const BELL =
  '<svg viewBox="0 0 16 16" width="17" height="17" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><path d="M3.4 11.4h9.2c-1-1.1-1.3-2-1.3-4.3a3.3 3.3 0 0 0-6.6 0c0 2.3-.3 3.2-1.3 4.3z"/><path d="M6.7 13.5a1.5 1.5 0 0 0 2.6 0"/></svg>';

/** The bell in the top bar: how much is new, and the list of it. */
export class Bell {
  readonly node = element('span', { class: 'db-Bell' });
  readonly #store: NotificationStore;
  readonly #go: (notification: Notification) => void;
  readonly #button: HTMLButtonElement;
  readonly #badge = element('span', { class: 'db-Badge' });
  readonly #list = element('div', {
    class: 'db-BellList',
    attributes: { role: 'dialog', 'aria-label': 'Notifications', tabindex: -1 },
  });
  readonly #live = element('span', { class: 'db-Spoken', attributes: { role: 'status' } });
  #unread = 0;

  constructor(store: NotificationStore, go: (notification: Notification) => void) {
    this.#store = store;
    this.#go = go;
    this.#button = button('', () => (this.#list.hidden ? this.open() : this.close()), {
      class: 'db-Button db-BellButton',
      attributes: { 'aria-haspopup': 'dialog', 'aria-expanded': 'false' },
    });
    this.#button.innerHTML = BELL;
    this.#button.append(this.#badge);
    this.#list.hidden = true;
    this.node.append(this.#button, this.#list, this.#live);
    this.node.addEventListener('keydown', (event) => this.#onKey(event));
    this.node.addEventListener('focusout', ({ relatedTarget }) => {
      if (relatedTarget instanceof Node && !this.node.contains(relatedTarget)) this.#hide();
    });
    document.addEventListener('pointerdown', ({ target }) => {
      if (target instanceof Node && !this.node.contains(target)) this.#hide();
    });
    store.changed.connect(() => this.#draw());
    this.#draw();
  }

  open(): void {
    this.#list.hidden = false;
    this.#button.setAttribute('aria-expanded', 'true');
    this.#draw();
    void this.#store.refresh();
    (this.#list.querySelector<HTMLElement>('.db-BellItem') ?? this.#list).focus();
  }

  close(): void {
    this.#hide();
    this.#button.focus();
  }

  #hide(): void {
    this.#list.hidden = true;
    this.#button.setAttribute('aria-expanded', 'false');
  }

  #draw(): void {
    const { unread } = this.#store;
    this.#badge.hidden = unread === 0;
    this.#badge.textContent = unread > 99 ? '99+' : String(unread);
    const label = unread === 0 ? 'Notifications' : `Notifications, ${unread} unread`;
    this.#button.setAttribute('aria-label', label);
    this.#button.title = label;
    if (unread > this.#unread) this.#live.textContent = label;
    this.#unread = unread;
    if (!this.#list.hidden) this.#drawList();
  }

  #drawList(): void {
    const { list, unread, problem, known } = this.#store;
    const focused = this.#list.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset.key
      : undefined;
    const head = element('div', {
      class: 'db-BellHead',
      children: [element('h2', { text: 'Notifications' }), element('span', { class: 'db-Grow' })],
    });
    if (unread > 0) {
      const all = () => void this.#store.markRead({ all: true });
      head.append(button('Mark all as read', all, { class: 'db-LinkButton', attributes: { 'data-key': 'all' } }));
    }
    const empty =
      problem ??
      (known ? 'Nothing yet. You are told here when somebody mentions you, or answers where you wrote.' : 'Loading…');
    const items = list.map((each) => this.#item(each));
    const words =
      problem !== undefined || items.length === 0
        ? element('p', { class: 'db-Comments-notice', text: empty })
        : undefined;
    this.#list.replaceChildren(head, ...(words === undefined ? [] : [words]), ...items);
    if (focused !== undefined) {
      (this.#list.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`) ?? this.#list).focus();
    }
  }

  #item(notification: Notification): HTMLElement {
    const { id, kind, by, excerpt, path, created, read } = notification;
    const at = new Date(created);
    const what = kind === 'mention' ? ' mentioned you in ' : ' replied in ';
    const item = button('', () => this.#choose(notification), {
      class: 'db-BellItem',
      attributes: { 'data-key': id },
      children: [
        avatar(by),
        element('span', {
          class: 'db-BellItem-text',
          children: [
            element('span', {
              children: [
                element('b', { text: by.displayName }),
                document.createTextNode(what),
                element('b', { text: nameOf(path) }),
              ],
            }),
            element('span', { class: 'db-BellItem-excerpt', text: excerpt }),
          ],
        }),
        element('time', { text: whenWords(at, new Date()), attributes: { datetime: created, title: whenInFull(at) } }),
      ],
    });
    item.classList.toggle('db-mod-unread', !read);
    if (!read) item.prepend(element('span', { class: 'db-Spoken', text: 'Unread: ' }));
    return item;
  }

  #choose(notification: Notification): void {
    this.#hide();
    void this.#store.markRead({ ids: [notification.id] });
    this.#go(notification);
  }

  #onKey(event: KeyboardEvent): void {
    if (this.#list.hidden) return;
    if (event.key === 'Escape') {
      event.stopPropagation();
      this.close();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const items = [...this.#list.querySelectorAll<HTMLElement>('.db-BellItem')];
      const at = items.indexOf(document.activeElement as HTMLElement);
      items[Math.max(0, Math.min(items.length - 1, at + (event.key === 'ArrowDown' ? 1 : -1)))]?.focus();
      event.preventDefault();
    }
  }
}

/** A file's name without folder and ending. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.ipynb$/, '');
}
