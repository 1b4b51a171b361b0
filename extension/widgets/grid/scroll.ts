/**
 * Where rows are when there are more than a browser can scroll. Chromium and Firefox clamp element
 * heights at 17–33M px, so the scrolled content is at most `CAP` px high and its scroll position
 * maps proportionally to a *virtual* position in px over all rows. One scrolled px may then be many
 * rows; whoever moves by less (wheel, keys, touch) sets the virtual position and derives the scroll
 * position from it, never the other way round.
 */
export interface ScrollMap {
  /** Height of all rows, px. */
  readonly virtual: number;
  /** Height given to the scrolled content, px; at most `CAP`. */
  readonly content: number;
  /** Virtual px per scrolled px; 1 when nothing is capped. */
  readonly ratio: number;
  /** Largest virtual position. */
  readonly end: number;
  toVirtual(scroll: number): number;
  toScroll(virtual: number): number;
}

export const CAP = 8_000_000;

/** The map of `rows` rows of `rowHeight` px seen through `viewport` px. */
export function scrollMap(rows: number, rowHeight: number, viewport: number, cap = CAP): ScrollMap {
  const virtual = rows * rowHeight;
  const content = Math.min(virtual, cap);
  const end = Math.max(0, virtual - viewport);
  const reach = Math.max(0, content - viewport);
  const ratio = reach === 0 ? 1 : end / reach;
  return {
    virtual,
    content,
    ratio,
    end,
    toVirtual: (scroll) => clamp(scroll * ratio, end),
    toScroll: (position) => clamp(position, end) / ratio,
  };
}

/** The virtual position that brings row `row` fully into view with the least movement. */
export function reveal(row: number, position: number, rowHeight: number, viewport: number): number {
  const top = row * rowHeight;
  if (top < position) return top;
  const bottom = top + rowHeight - viewport;
  return Math.max(bottom, position);
}

function clamp(value: number, end: number): number {
  return Math.min(Math.max(value, 0), end);
}
