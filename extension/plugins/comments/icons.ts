/** Small drawings, in the current text colour. */
const draw = (body: string, size = 14): string =>
  `<svg viewBox="0 0 16 16" width="${size}" height="${size}" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round">${body}</svg>`;

const BUBBLE =
  '<path d="M2.6 4.2c0-.9.7-1.6 1.6-1.6h7.6c.9 0 1.6.7 1.6 1.6v5c0 .9-.7 1.6-1.6 1.6H7.4l-3 2.6v-2.6h-.2c-.9 0-1.6-.7-1.6-1.6z"/>';

export const TALK = draw(BUBBLE);
export const TALK_LARGE = draw(BUBBLE, 16);
export const CHECK = draw('<path d="M3.4 8.4 6.6 11.5 12.8 4.8"/>');
export const REOPEN = draw('<path d="M3.2 8a4.8 4.8 0 1 0 1.5-3.5"/><path d="M3 2.6v2.6h2.6"/>');
export const EDIT = draw('<path d="M10.6 3 13 5.4 5.6 12.8l-3 .6.6-3z"/>');
export const DELETE = draw('<path d="M3 4.4h10M6.4 4.2V2.8h3.2v1.4M4.4 4.6l.6 8.6h6l.6-8.6"/>');
export const SMILE = draw(
  '<circle cx="8" cy="8" r="5.4"/><path d="M5.8 9.4c.9 1.5 3.5 1.5 4.4 0"/><path d="M6 6.4h.01M10 6.4h.01" stroke-width="1.8"/>',
);
export const CLOSE = draw('<path d="M4 4l8 8M12 4l-8 8"/>');
