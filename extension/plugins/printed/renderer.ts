import { renderText } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';
import { button, element } from '../../widgets/grid/element.ts';
import { countLines, cutPieces } from './pieces.ts';

/** Lines above which a text has a window of its own to scroll in. */
const LONG = 30;
/** Pixels from the end at which one still looks at the end. */
const NEAR = 24;

/**
 * What a cell prints. A text that grows is drawn where it grows and not anew; a long one scrolls in
 * itself, so that the next cell stays in reach, and shows its end while one looks at its end.
 */
export class PrintedText extends Widget implements IRenderMime.IRenderer {
  readonly #options: Pick<IRenderMime.IRendererOptions, 'sanitizer' | 'mimeType'>;
  readonly #text = element('div', { class: 'db-Printed-text' });
  readonly #end = element('div', {});
  readonly #count = element('span', {});
  readonly #all = button('Show all', () => this.#showAll(this.#all.getAttribute('aria-pressed') !== 'true'), {
    attributes: { 'aria-pressed': 'false' },
  });
  readonly #foot = element('div', { class: 'db-Printed-foot', children: [this.#count, this.#all] });
  /** The text in pieces that are drawn, and the lines in them. */
  #drawn = '';
  #lines = 0;
  /** The text of the end, which may grow. */
  #open = '';
  #follows = true;
  #wanted = '';
  #drawing: Promise<void> | undefined;

  constructor(options: IRenderMime.IRendererOptions) {
    super();
    this.#options = options;
    this.addClass('jp-RenderedText');
    this.addClass('db-Printed');
    this.node.dataset.mimeType = options.mimeType;
    this.#text.append(this.#end);
    this.node.append(this.#text);
    this.#text.addEventListener('scroll', () => {
      const { scrollTop, scrollHeight, clientHeight } = this.#text;
      // Taken out of the page, or put back: nobody scrolled.
      if (clientHeight > 0) this.#follows = scrollHeight - scrollTop - clientHeight < NEAR;
    });
  }

  renderModel({ data }: IRenderMime.IMimeModel): Promise<void> {
    this.#wanted = String(data[this.#options.mimeType] ?? '');
    // What comes while a text is drawn is drawn after it, the newest alone.
    this.#drawing ??= this.#catchUp().finally(() => {
      this.#drawing = undefined;
    });
    return this.#drawing;
  }

  async #catchUp(): Promise<void> {
    for (let drawn: string | undefined; drawn !== this.#wanted && !this.isDisposed; ) {
      drawn = this.#wanted;
      await this.#render(drawn);
    }
  }

  async #render(text: string): Promise<void> {
    const grows = this.#drawn + this.#open !== '' && text.startsWith(this.#drawn + this.#open);
    if (!text.startsWith(this.#drawn)) this.#clear();
    let rest = text.slice(this.#drawn.length);
    for (const piece of cutPieces(rest)) {
      const host = element('div', { class: 'db-Printed-piece' });
      await this.#draw(host, piece);
      host.style.setProperty('--db-lines', String(countLines(piece)));
      this.#end.before(host);
      this.#drawn += piece;
      this.#lines += countLines(piece);
      rest = rest.slice(piece.length);
    }
    this.#open = rest;
    await this.#draw(this.#end, rest);
    this.#measure();
    if (grows && this.#follows) this.#text.scrollTop = this.#text.scrollHeight;
  }

  async #draw(host: HTMLElement, source: string): Promise<void> {
    const made = document.createElement('div');
    await renderText({ host: made, sanitizer: this.#options.sanitizer, source });
    host.replaceChildren(...made.childNodes);
  }

  #clear(): void {
    this.#drawn = '';
    this.#lines = 0;
    this.#text.replaceChildren(this.#end);
  }

  #measure(): void {
    const lines = this.#lines + countLines(this.#open);
    const isLong = lines > LONG;
    this.node.classList.toggle('db-mod-long', isLong);
    if (!isLong) {
      this.#foot.remove();
      for (const name of ['tabindex', 'role', 'aria-label']) this.#text.removeAttribute(name);
      return;
    }
    const words = `${lines.toLocaleString('en')} lines`;
    this.#count.textContent = words;
    if (this.#foot.parentNode === null) this.node.append(this.#foot);
    this.#text.tabIndex = 0;
    this.#text.setAttribute('role', 'group');
    this.#text.setAttribute('aria-label', `Printed text, ${words}`);
  }

  #showAll(all: boolean): void {
    this.node.classList.toggle('db-mod-all', all);
    this.#all.setAttribute('aria-pressed', String(all));
    this.#all.textContent = all ? 'Show less' : 'Show all';
    // Without this one would be left far below a cell that became small.
    if (!all) this.node.closest('.jp-Cell')?.scrollIntoView({ block: 'nearest' });
  }
}
