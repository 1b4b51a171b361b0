import { element } from './element.ts';

/**
 * A small panel under an anchor, above everything else: it lives at the end of the page, because
 * cells clip what leaves them. Escape and a press outside close it; focus then returns to `back`.
 * Opens at once; `close` is idempotent.
 */
export class Popup {
  readonly element: HTMLElement;
  readonly #back: HTMLElement;
  readonly #onClose: () => void;
  readonly #closing = new AbortController();

  constructor(anchor: HTMLElement, content: HTMLElement, { back = anchor, onClose = (): void => {} } = {}) {
    this.#back = back;
    this.#onClose = onClose;
    this.element = element('div', { class: 'db-popup', children: [content] });
    document.body.append(this.element);
    this.#place(anchor.getBoundingClientRect());
    const { signal } = this.#closing;
    this.element.addEventListener('keydown', (event) => {
      // The notebook's command mode listens further up and would act on what is typed here.
      event.stopPropagation();
      if (event.key === 'Escape') this.close();
    });
    const outside = (event: Event): void => {
      if (event.target instanceof Node && !this.element.contains(event.target)) this.close(false);
    };
    document.addEventListener('pointerdown', outside, { signal, capture: true });
    window.addEventListener('resize', () => this.close(false), { signal });
    document.addEventListener('scroll', outside, { signal, capture: true });
  }

  close(refocus = true): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.element.remove();
    if (refocus) this.#back.focus({ preventScroll: true });
    this.#onClose();
  }

  #place(anchor: DOMRect): void {
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const left = Math.max(8, Math.min(anchor.left, window.innerWidth - width - 8));
    const below = anchor.bottom + 4 + height <= window.innerHeight;
    const top = below ? anchor.bottom + 4 : Math.max(8, anchor.top - height - 4);
    this.element.style.left = `${left}px`;
    this.element.style.top = `${top}px`;
  }
}
