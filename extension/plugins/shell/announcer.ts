import type { SavedState } from './saved-state.ts';

/** How long a state must last before it is spoken, in milliseconds. */
const STEADY = 1_200;

/**
 * Speaks of a document's safety to screen readers: of trouble, and of its end, each once and not
 * before it lasts. “Saving…” and “Saved” after every few letters would drown everything else.
 */
export class Announcer {
  readonly node = document.createElement('span');
  #timer: number | undefined;
  #spoken: SavedState['kind'] = 'saved';

  constructor() {
    this.node.className = 'db-Spoken';
    this.node.setAttribute('role', 'status');
  }

  follow({ kind, detail }: SavedState): void {
    window.clearTimeout(this.#timer);
    if (kind === 'saving' || kind === this.#spoken) return;
    this.#timer = window.setTimeout(() => {
      this.#spoken = kind;
      this.node.textContent = detail;
    }, STEADY);
  }
}
