/** What the chip says, and what a click on it does. */
export interface ChipState {
  readonly stale: number;
  readonly progress: { readonly begun: number; readonly length: number } | undefined;
}

/** Says how many cells are stale and runs them; nothing while none is. */
export class StaleChip {
  readonly node = document.createElement('span');
  readonly #button = document.createElement('button');
  #running = false;

  constructor(actions: { runStale(): void; stop(): void }) {
    this.node.setAttribute('role', 'status');
    this.node.className = 'db-StaleChip';
    this.#button.type = 'button';
    this.#button.className = 'db-Chip';
    this.#button.addEventListener('click', () => (this.#running ? actions.stop() : actions.runStale()));
    this.node.append(this.#button);
    this.show({ stale: 0, progress: undefined });
  }

  show({ stale, progress }: ChipState): void {
    this.#running = progress !== undefined && progress.length > 0;
    const [words, action] = chipWords({ stale, progress: this.#running ? progress : undefined });
    const focused = document.activeElement === this.#button;
    this.node.hidden = words === '';
    this.node.dataset.running = String(this.#running);
    this.#button.replaceChildren(words, Object.assign(document.createElement('b'), { textContent: action }));
    this.#button.setAttribute('aria-label', `${words}: ${action}`);
    // A hidden button would leave the focus nowhere.
    if (focused && this.node.hidden)
      document.querySelector<HTMLElement>('.jp-Notebook .jp-Cell.jp-mod-active')?.focus();
  }
}

/** The chip's text and what it does; empty while there is nothing to do. */
export function chipWords({ stale, progress }: ChipState): readonly [words: string, action: string] {
  if (progress !== undefined) return [`Running ${progress.begun} of ${progress.length}`, 'Stop'];
  return stale === 0 ? ['', ''] : [`${stale} stale`, 'Run stale'];
}
