import { button, element } from '../../widgets/grid/element.ts';
import { TALK_LARGE } from './icons.ts';

/** The bar's way to the comments: opens and closes the panel, and says how many are unread. */
export class CommentsButton {
  readonly node: HTMLButtonElement;
  readonly #badge = element('span', { class: 'db-Badge' });

  constructor(toggle: () => void) {
    this.node = button('', toggle, { class: 'db-Button db-CommentsButton' });
    this.node.innerHTML = TALK_LARGE;
    this.node.append(element('span', { text: 'Comments' }), this.#badge);
    this.show({ notebook: false, open: false, unread: 0 });
  }

  show({
    notebook,
    open,
    unread,
  }: {
    readonly notebook: boolean;
    readonly open: boolean;
    readonly unread: number;
  }): void {
    this.node.hidden = !notebook;
    this.node.setAttribute('aria-pressed', String(open));
    this.#badge.hidden = unread === 0;
    this.#badge.textContent = unread > 99 ? '99+' : String(unread);
    this.node.setAttribute('aria-label', unread === 0 ? 'Comments' : `Comments, ${unread} unread`);
    this.node.title = 'Comments of this notebook';
  }
}
