import type { Cell, Notebook, Output } from '../notebook.ts';
import { createRandom } from './random.ts';

const PIECES = ['let x', ' = ', '1', '\n', '\n', '# ', 'é', '😀', '\t', '"', '\\', '{{ a }}', '\u2028', '字', 'select'];

/** Makes notebooks, and others out of them, that depend on the seed alone. */
export class NotebookMaker {
  readonly #random: () => number;
  #count = 0;

  constructor(seed: number) {
    this.#random = createRandom(seed);
  }

  notebook(cells = this.below(8)): Notebook {
    return {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: this.object(),
      ...(this.below(4) === 0 ? { later: this.object() } : {}),
      cells: Array.from({ length: cells }, () => this.cell()),
    };
  }

  /** The notebook after some changes that people and kernels make. */
  edited(notebook: Notebook, changes = this.below(6)): Notebook {
    const cells = [...notebook.cells];
    for (let nth = 0; nth < changes; nth += 1) {
      const at = this.below(cells.length);
      const cell = cells[at];
      const kind = this.below(6);
      if (kind === 0 || cell === undefined) cells.splice(this.below(cells.length + 1), 0, this.cell());
      else if (kind === 1) cells.splice(at, 1);
      else if (kind === 2) cells.splice(this.below(cells.length), 0, ...cells.splice(at, 1));
      else if (kind === 3) cells[at] = { ...this.cell(), id: cell.id };
      else if (kind === 4) cells[at] = { ...cell, source: this.typed(cell.source) };
      else cells[at] = cell.cell_type === 'code' ? { ...cell, outputs: this.outputs(), execution_count: 9 } : cell;
    }
    return { ...notebook, cells, ...(this.below(4) === 0 ? { metadata: this.object() } : {}) };
  }

  cell(): Cell {
    this.#count += 1;
    const common = { id: `c${this.#count}-${this.below(1000)}`, source: this.text(), metadata: this.object() };
    const kind = this.below(4);
    const extra = this.below(5) === 0 ? { unknown: this.object() } : {};
    if (kind < 2) {
      const execution_count = this.below(2) === 0 ? null : 1 + this.below(9);
      return { ...common, ...extra, cell_type: 'code', execution_count, outputs: this.outputs() };
    }
    const attachments = this.below(3) === 0 ? { attachments: { 'a.png': { 'image/png': 'aGk=\n' } } } : {};
    return { ...common, ...extra, ...attachments, cell_type: kind === 2 ? 'markdown' : 'raw' };
  }

  outputs(): Output[] {
    return Array.from({ length: this.below(3) }, () => this.output());
  }

  output(): Output {
    switch (this.below(5)) {
      case 0:
        return { output_type: 'stream', name: this.below(2) === 0 ? 'stdout' : 'stderr', text: this.text() };
      case 1:
        return { output_type: 'display_data', data: this.bundle(), metadata: this.object() };
      case 2:
        return { output_type: 'execute_result', data: this.bundle(), metadata: {}, execution_count: 1 + this.below(9) };
      case 3:
        return { output_type: 'error', ename: 'E', evalue: this.text(), traceback: [this.text(), this.text()] };
      default:
        return { output_type: 'of-later', anything: this.object() };
    }
  }

  bundle(): Record<string, unknown> {
    return {
      'text/plain': this.text(),
      ...(this.below(2) === 0 ? { 'text/html': `<b>${this.text()}</b>` } : {}),
      ...(this.below(2) === 0 ? { 'application/json': ['a', 'b', this.object()] } : {}),
      ...(this.below(3) === 0 ? { 'image/png': 'aGVsbG8=' } : {}),
    };
  }

  object(depth = 0): Record<string, unknown> {
    const values = [0, -1.5, true, null, '', [], {}, [1, [2, {}]], this.text(), 2 ** 40];
    const pairs = Array.from({ length: this.below(4) }, (_, nth): [string, unknown] => [
      `${this.text().trim() || 'key'}${nth}`,
      depth < 2 && this.below(3) === 0 ? this.object(depth + 1) : values[this.below(values.length)],
    ]);
    return Object.fromEntries(pairs);
  }

  text(): string {
    return Array.from({ length: this.below(12) }, () => PIECES[this.below(PIECES.length)]).join('');
  }

  /** A text with something typed into it, or deleted from it. */
  typed(text: string): string {
    const points = [...text];
    points.splice(this.below(points.length + 1), this.below(3), this.text());
    return points.join('');
  }

  /** A whole number from 0 up to `end`, which is left out. */
  below(end: number): number {
    return Math.floor(this.#random() * end);
  }
}
