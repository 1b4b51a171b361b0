import type { Notebook, Output } from '@daybook/shared/notebook/notebook';
import { LARGEST_STREAM, LARGEST_VALUE } from '@daybook/shared/notebook/outputs/ref';
import { NotebookMaker } from '@daybook/shared/notebook/testing/random-notebook';

/** Makes notebooks with outputs around what a document holds itself, by the seed alone. */
export class LargeNotebookMaker extends NotebookMaker {
  override outputs(): Output[] {
    const few = super.outputs();
    return this.below(3) === 0 ? [...few, this.large()] : few;
  }

  large(): Output {
    const around = (limit: number) => limit - 2 + this.below(5) + (this.below(3) === 0 ? this.below(limit) : 0);
    switch (this.below(7)) {
      case 0:
        return { output_type: 'stream', name: 'stdout', text: this.#text(around(LARGEST_STREAM)), ...this.#extra() };
      case 1:
        return this.#shown({ 'image/png': this.#base64(around(LARGEST_VALUE)), 'text/plain': 'a picture' });
      case 2:
        return this.#shown({ 'text/html': this.#text(around(LARGEST_VALUE)) });
      case 3:
        return this.#shown({
          'text/plain': this.#text(around(LARGEST_VALUE)),
          'image/svg+xml': this.#text(LARGEST_VALUE + 1),
        });
      case 4:
        return this.#shown({ 'application/vnd.plotly.v1+json': this.#figure(), 'text/plain': 'a figure' });
      case 5:
        return this.#shown({
          'application/json': this.#text(around(LARGEST_VALUE)),
          'image/gif': `${this.#base64(90_000)}\n`,
        });
      default:
        return this.#shown({ 'image/jpeg': `not base64 ${this.#text(around(LARGEST_VALUE))}` });
    }
  }

  #shown(data: Readonly<Record<string, unknown>>): Output {
    const result =
      this.below(2) === 0 ? { output_type: 'display_data' } : { output_type: 'execute_result', execution_count: 3 };
    return { ...result, data, metadata: this.object() };
  }

  #extra() {
    return this.below(2) === 0 ? {} : { later: this.object() };
  }

  #text(length: number): string {
    const pieces = ['a line\n', 'no end ', '\r', '\r\n', '\u2028', 'é', '😀', '"\\', '字', '\u0085', 'x'.repeat(500)];
    const chosen: string[] = [];
    for (let size = 0; size < length; ) {
      const piece = pieces[this.below(pieces.length)] ?? '';
      chosen.push(piece);
      size += piece.length;
    }
    return chosen.join('');
  }

  #base64(length: number): string {
    const bytes = Uint8Array.from({ length: Math.ceil((length * 3) / 4) }, () => this.below(256));
    return Buffer.from(bytes).toString('base64');
  }

  #figure() {
    const numbers = [0, -1.5, 1e-7, Number.NaN, Number.POSITIVE_INFINITY, null, 'b', [], {}];
    const y = Array.from({ length: 9_000 + this.below(3_000) }, () => numbers[this.below(numbers.length)]);
    return { layout: this.object(), data: [{ y, type: 'scatter' }] };
  }
}

/** A code cell that shows these outputs, alone in a notebook. */
export function notebookOf(...outputs: readonly Output[]): Notebook {
  const cell = { id: 'c0', cell_type: 'code' as const, metadata: {}, source: '1', execution_count: 1, outputs };
  return { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] };
}
