import { type Ref, sizeWords } from '@daybook/shared/notebook/outputs/ref';
import { Panel, Widget } from '@lumino/widgets';
import { button, element } from '../../widgets/grid/element.ts';
import type { OutputBytes } from './output-bytes.ts';
import { errorLine } from './state-line.ts';

export interface LongTextOptions {
  readonly parts: readonly Ref[];
  /** Bytes of the whole text. */
  readonly size: number;
  readonly stream: string;
  /** The text goes on in the next output. */
  readonly open: boolean;
  readonly beginning: string;
  readonly end: string;
  readonly bytes: Pick<OutputBytes, 'text' | 'blob'>;
  /** Draws a piece of the text, with its colours. */
  readonly draw: (text: string) => Promise<Widget>;
}

const SCROLLING: ReadonlySet<string> = new Set(['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End', ' ']);

/** Characters that are drawn at once. */
const PIECE = 64_000;

/**
 * A text that is too long to be drawn: its beginning and its end, and between them what is missing.
 * All of it scrolls in a box that fetches as far as somebody reads.
 */
export class LongText extends Panel {
  readonly #options: LongTextOptions;
  readonly #bar = new Widget({ node: element('div') });
  readonly #body = new Panel();
  readonly #end = new Panel();
  #all: AllText | undefined;

  constructor(options: LongTextOptions) {
    super();
    this.#options = options;
    this.addClass('db-LongText');
    this.#bar.addClass('db-LongText-bar');
    this.#bar.node.setAttribute('role', 'group');
    this.#bar.node.setAttribute('aria-label', 'Long output');
    for (const part of [this.#body, this.#bar, this.#end]) this.addWidget(part);
    void this.#showEnds();
  }

  override dispose(): void {
    this.#all?.dispose();
    super.dispose();
  }

  async #showEnds(): Promise<void> {
    const { size, open, draw, beginning, end } = this.#options;
    this.#all?.dispose();
    this.#all = undefined;
    const words = open ? `${sizeWords(size)} so far` : `${sizeWords(size)}, the middle is not shown`;
    this.#fillBar(
      words,
      button('Show all', () => this.#showAll()),
    );
    this.insertWidget(1, this.#bar);
    const drawn = await Promise.all([beginning, end].map((text) => (text === '' ? undefined : draw(text))));
    for (const [nth, panel] of [this.#body, this.#end].entries()) {
      const widget = drawn[nth];
      if (this.#all !== undefined || this.isDisposed) widget?.dispose();
      else replaceAll(panel, widget);
    }
  }

  #showAll(): void {
    this.#fillBar(
      sizeWords(this.#options.size),
      button('Show less', () => this.#showLess()),
    );
    this.insertWidget(0, this.#bar);
    replaceAll(this.#end, undefined);
    this.#all = new AllText(this.#options);
    replaceAll(this.#body, this.#all);
    this.#all.node.focus();
  }

  #showLess(): void {
    void this.#showEnds();
    this.#bar.node.querySelector('button')?.focus();
  }

  #fillBar(words: string, toggle: HTMLButtonElement): void {
    const download = button('Download', () => void this.#download(download));
    this.#bar.node.replaceChildren(element('span', { text: words }), toggle, download);
  }

  async #download(pressed: HTMLButtonElement): Promise<void> {
    pressed.disabled = true;
    try {
      const { parts, bytes } = this.#options;
      const blobs: Blob[] = [];
      for (const part of parts) blobs.push(await bytes.blob(part));
      const url = URL.createObjectURL(new Blob(blobs, { type: 'text/plain' }));
      element('a', { attributes: { href: url, download: 'output.txt' } }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    } catch (error) {
      this.#bar.node.append(
        errorLine(error, () => {
          this.#bar.node.querySelector('.db-LargeOutput-error')?.remove();
          void this.#download(pressed);
        }),
      );
    } finally {
      pressed.disabled = false;
    }
  }
}

/** The whole text in a box of its own, drawn as far as somebody has scrolled. */
class AllText extends Panel {
  readonly #options: LongTextOptions;
  readonly #more = new Widget({ node: element('p', { class: 'db-LongText-more', attributes: { role: 'status' } }) });
  readonly #observer: IntersectionObserver;
  #part = 0;
  #text = '';
  #at = 0;
  #drawing = false;

  constructor(options: LongTextOptions) {
    super();
    this.#options = options;
    this.addClass('db-LongText-all');
    this.node.tabIndex = 0;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'All of the output');
    this.addWidget(this.#more);
    this.#observer = new IntersectionObserver((entries) => this.#look(entries), {
      root: this.node,
      rootMargin: '600px',
    });
    this.#observer.observe(this.#more.node);
    // These keys scroll here; to the notebook they mean something else.
    this.node.addEventListener('keydown', (event) => {
      if (SCROLLING.has(event.key)) event.stopPropagation();
    });
  }

  override dispose(): void {
    this.#observer.disconnect();
    super.dispose();
  }

  #look(entries: readonly IntersectionObserverEntry[]): void {
    if (entries.at(-1)?.isIntersecting === true) void this.#drawMore();
  }

  /** Draws a piece; as long as its end is in view, another. */
  async #drawMore(): Promise<void> {
    if (this.#drawing || this.isDisposed) return;
    this.#drawing = true;
    try {
      this.#more.node.textContent = 'Loading more …';
      const piece = await this.#next();
      if (this.isDisposed) return;
      if (piece === undefined) {
        this.#observer.disconnect();
        this.#more.node.textContent = this.#options.open ? '' : 'End of the output';
        return;
      }
      const drawn = await this.#options.draw(piece);
      if (this.isDisposed) drawn.dispose();
      else this.insertWidget(this.widgets.length - 1, drawn);
      // An observer tells of changes only; the end may be in view still.
      this.#observer.unobserve(this.#more.node);
      this.#observer.observe(this.#more.node);
    } catch (error) {
      this.#more.node.replaceChildren(errorLine(error, () => void this.#drawMore()));
    } finally {
      this.#drawing = false;
    }
  }

  /** Up to the end of a line, where there is one. */
  async #next(): Promise<string | undefined> {
    if (this.#at >= this.#text.length) {
      const part = this.#options.parts[this.#part];
      if (part === undefined) return undefined;
      this.#text = await this.#options.bytes.text(part);
      this.#part += 1;
      this.#at = 0;
    }
    const line = this.#text.indexOf('\n', this.#at + PIECE) + 1;
    const to = line > 0 && line - this.#at < 2 * PIECE ? line : this.#at + PIECE;
    const piece = this.#text.slice(this.#at, to);
    this.#at = to;
    return piece;
  }
}

function replaceAll(panel: Panel, shown: Widget | undefined): void {
  for (const child of [...panel.widgets]) child.dispose();
  if (shown !== undefined) panel.addWidget(shown);
}
