import type { ICellModel } from '@jupyterlab/cells';
import { Signal } from '@lumino/signaling';
import type { CellMark, CellMarks } from '../../tokens.ts';

/** See `CellMarks`. Marks go with their cells. */
export class CellMarkRegistry implements CellMarks {
  readonly changed: Signal<CellMarks, ICellModel> = new Signal<CellMarks, ICellModel>(this);
  readonly #marks = new WeakMap<ICellModel, () => CellMark>();

  get(cell: ICellModel): CellMark | undefined {
    return this.#marks.get(cell)?.();
  }

  set(cell: ICellModel, mark: (() => CellMark) | undefined): void {
    if (mark !== undefined) this.#marks.set(cell, mark);
    else if (!this.#marks.delete(cell)) return;
    this.changed.emit(cell);
  }
}
