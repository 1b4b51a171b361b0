import type { YNotebook } from '@jupyter/ydoc';
import * as Y from 'yjs';
import type { StockClient } from './client.ts';

export { createRandom } from '@daybook/shared/notebook/testing/random';

/**
 * One person at a stock client. Types words key by key into a cell that all share and into cells of
 * their own; adds, moves and deletes their own cells; loses the connection at times.
 */
export class Typist {
  /** Words that must be in the notebook at the end. */
  readonly words = new Set<string>();
  readonly #name: string;
  readonly #client: StockClient<YNotebook>;
  readonly #random: () => number;
  readonly #own = new Map<string, string[]>();
  #count = 0;

  constructor(name: string, client: StockClient<YNotebook>, random: () => number) {
    this.#name = name;
    this.#client = client;
    this.#random = random;
  }

  async act(): Promise<void> {
    const roll = this.#random();
    if (roll < 0.45) await this.#type('shared');
    else if (roll < 0.65) await this.#type(this.#pick() ?? 'shared');
    else if (roll < 0.77) this.#insert();
    else if (roll < 0.84) this.#move();
    else if (roll < 0.9) this.#remove();
    else this.#lose();
    await turn();
  }

  /** Loses the socket; y-websocket connects again by itself. Edits go on meanwhile. */
  #lose(): void {
    (this.#client.provider.ws as unknown as { terminate(): void } | null)?.terminate();
  }

  async #type(id: string): Promise<void> {
    const text = this.#cell(id)?.ysource;
    if (text === undefined) return;
    const word = `${this.#name}${this.#count++}`;
    this.#own.get(id)?.push(word);
    this.words.add(word);
    const lines = text.toString().split('\n');
    const before = lines.slice(0, Math.floor(this.#random() * lines.length));
    let caret = Y.createRelativePositionFromTypeIndex(
      text,
      before.reduce((sum, line) => sum + line.length + 1, 0),
      -1,
    );
    for (const key of `${word}\n`) {
      const at = Y.createAbsolutePositionFromRelativePosition(caret, text.doc as Y.Doc)?.index ?? 0;
      text.insert(at, key);
      caret = Y.createRelativePositionFromTypeIndex(text, at + 1, -1);
      if (this.#random() < 0.3) await turn();
    }
  }

  #insert(): void {
    const { model } = this.#client;
    const id = `${this.#name}-${this.#count++}`;
    const source = `${this.#name}${this.#count++}\n`;
    this.words.add(source.trim());
    this.#own.set(id, [source.trim()]);
    const at = Math.floor(this.#random() * (model.cells.length + 1));
    model.insertCell(at, { cell_type: this.#random() < 0.5 ? 'code' : 'markdown', id, source, metadata: {} });
  }

  #move(): void {
    const { model } = this.#client;
    const from = model.cells.findIndex((cell) => cell.id === this.#pick());
    if (from !== -1) model.moveCell(from, Math.floor(this.#random() * model.cells.length));
  }

  #remove(): void {
    const { model } = this.#client;
    const id = this.#pick();
    const at = model.cells.findIndex((cell) => cell.id === id);
    if (id === undefined || at === -1) return;
    model.deleteCell(at);
    for (const word of this.#own.get(id) ?? []) this.words.delete(word);
    this.#own.delete(id);
  }

  #pick(): string | undefined {
    const ids = [...this.#own.keys()];
    return ids[Math.floor(this.#random() * ids.length)];
  }

  #cell(id: string) {
    return this.#client.model.cells.find((cell) => cell.id === id);
  }
}

/** Lets everything that is ready run: sockets, timers, the other typist. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
