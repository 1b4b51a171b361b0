/** Small drawings of the cell's chrome, in the current text colour. */
const draw = (body: string): string =>
  `<svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">${body}</svg>`;

export const RUN = draw('<path d="M5 3.2v9.6L12.5 8z" fill="currentColor" stroke="none"/>');
export const STOP = draw('<rect x="4.2" y="4.2" width="7.6" height="7.6" rx="1.4" fill="currentColor" stroke="none"/>');
export const MORE = draw('<path d="M3.5 8h.01M8 8h.01M12.5 8h.01" stroke-width="2"/>');
export const PLUS = draw('<path d="M8 3.5v9M3.5 8h9"/>');

/** Shapes that say a state without colour. */
export const STATES: Readonly<Record<string, string>> = {
  queued: draw('<circle cx="8" cy="8" r="5.2" stroke-dasharray="2 2.4"/>'),
  running: draw('<path d="M13.2 8A5.2 5.2 0 1 1 8 2.8"/>'),
  stale: draw('<circle cx="8" cy="8" r="5.2"/><path d="M8 5.2V8l1.8 1.4"/>'),
  error: draw('<path d="M8 2.8 14 13H2z"/><path d="M8 6.6v2.6M8 11.2h.01"/>'),
};
