import type { CellState, GraphState } from '@daybook/shared/api/graph';

/** The graph's state as a page knows it: asked once, then followed by events. */
export class FollowedState {
  readonly cells = new Map<string, CellState>();
  #version: number | undefined;

  /** Whether there is a graph. */
  get known(): boolean {
    return this.#version !== undefined;
  }

  /** The whole state; the ids whose state is another one now. */
  start({ version, cells }: GraphState): Set<string> {
    const changed = new Set(this.cells.keys());
    this.cells.clear();
    this.#version = version;
    for (const cell of cells) {
      this.cells.set(cell.id, cell);
      changed.add(cell.id);
    }
    return changed;
  }

  /** What is new; `missed` when events are missing, so that the state must be asked again. */
  follow({ version, cells }: GraphState): Set<string> | 'missed' {
    // One that was sent before the state was asked says nothing new.
    if (this.#version === undefined || version <= this.#version) return new Set();
    if (version !== this.#version + 1) return 'missed';
    this.#version = version;
    for (const cell of cells) this.cells.set(cell.id, cell);
    return new Set(cells.map(({ id }) => id));
  }

  /** There is no graph any more; the ids it spoke of. */
  stop(): Set<string> {
    const known = new Set(this.cells.keys());
    this.cells.clear();
    this.#version = undefined;
    return known;
  }
}
