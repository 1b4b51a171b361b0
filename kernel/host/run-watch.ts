import type { JupyterMessage } from '@daybook/shared/ports/kernel-front';
import type { Draft } from '../protocol/message.ts';

export interface RunListener {
  /** The cell begins, with this source. Every begin has its end, unless a new executor starts. */
  begin(cell: string, source: string): void;
  end(ok: boolean): void;
}

/**
 * Tells which cell of the notebook runs, by what goes in and out: JupyterLab puts the cell's id into
 * the metadata of its request. Requests without one, and silent ones, are none of a cell.
 */
export class RunWatch {
  readonly #listener: RunListener;
  readonly #sent = new Map<string, string>();
  #running: string | undefined;

  constructor(listener: RunListener) {
    this.#listener = listener;
  }

  sent({ header, metadata }: JupyterMessage): void {
    const cell: unknown = metadata?.cellId;
    if (header?.msg_type === 'execute_request' && typeof cell === 'string') this.#sent.set(header.msg_id, cell);
  }

  emitted({ type, content, parent }: Draft): void {
    const id = parent?.msg_id;
    if (id === undefined) return;
    if (type === 'execute_input') {
      const cell = this.#sent.get(id);
      this.#running = cell === undefined ? undefined : id;
      if (cell !== undefined) this.#listener.begin(cell, String(content.code));
    }
    if (type !== 'execute_reply') return;
    this.#sent.delete(id);
    if (this.#running !== id) return;
    this.#running = undefined;
    this.#listener.end(content.status === 'ok');
  }
}
