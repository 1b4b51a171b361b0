import { reveal, type ScrollMap, scrollMap } from './scroll.ts';

/** Height of one row, px. */
export const ROW = 32;

/**
 * The scroll position of a table in *virtual* px (see scroll.ts). The scrollbar moves it in
 * proportion; wheel, touch and keys move it by themselves, and the scrollbar follows.
 */
export class Viewport {
  readonly #scroller: HTMLElement;
  readonly #onMove: () => void;
  #map: ScrollMap = scrollMap(0, ROW, 0);
  #height = 0;
  #position = 0;
  /** Scroll position this object set itself; the event that follows it moves nothing. */
  #expected = 0;
  #touching = false;

  constructor(scroller: HTMLElement, onMove: () => void, signal: AbortSignal) {
    this.#scroller = scroller;
    this.#onMove = onMove;
    scroller.addEventListener('scroll', () => this.#scrolled(), { signal, passive: true });
    scroller.addEventListener('wheel', (event) => this.#wheeled(event), { signal, passive: false });
    scroller.addEventListener('touchstart', () => this.#touch(), { signal, passive: true });
    scroller.addEventListener('scrollend', () => this.#settle(), { signal, passive: true });
  }

  get map(): ScrollMap {
    return this.#map;
  }

  /** Height through which rows are seen, px. */
  get height(): number {
    return this.#height;
  }

  get position(): number {
    return this.#position;
  }

  /** Takes on a number of rows and a height, keeping the position as far as it still exists. */
  configure(rows: number, height: number): void {
    this.#map = scrollMap(rows, ROW, height);
    this.#height = height;
    this.#position = Math.min(this.#position, this.#map.end);
  }

  /** Goes to a virtual position and brings the scrollbar along. */
  moveTo(position: number): void {
    this.#position = Math.min(Math.max(position, 0), this.#map.end);
    this.#scroller.scrollTop = this.#map.toScroll(this.#position);
    this.#expected = this.#scroller.scrollTop;
    this.#onMove();
  }

  reveal(row: number): void {
    const next = reveal(row, this.#position, ROW, this.#height);
    if (next !== this.#position) this.moveTo(next);
  }

  /** Brings the scrollbar back where the position says, after the content's size changed. */
  sync(): void {
    this.#scroller.scrollTop = this.#map.toScroll(this.#position);
    this.#expected = this.#scroller.scrollTop;
  }

  #scrolled(): void {
    const { scrollTop } = this.#scroller;
    const by = scrollTop - this.#expected;
    if (Math.abs(by) >= 1 || this.#map.ratio === 1) {
      this.#expected = scrollTop;
      this.#position = this.#touching
        ? Math.min(Math.max(this.#position + by, 0), this.#map.end)
        : this.#map.toVirtual(scrollTop);
    }
    this.#onMove();
  }

  #wheeled(event: WheelEvent): void {
    if (this.#map.ratio === 1 || event.ctrlKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
    const unit = event.deltaMode === 1 ? ROW : event.deltaMode === 2 ? this.#height : 1;
    const next = Math.min(Math.max(this.#position + event.deltaY * unit, 0), this.#map.end);
    // At either end the page scrolls on.
    if (next === this.#position) return;
    event.preventDefault();
    this.moveTo(next);
  }

  #touch(): void {
    this.#touching = this.#map.ratio !== 1;
  }

  #settle(): void {
    if (!this.#touching) return;
    this.#touching = false;
    this.sync();
  }
}
