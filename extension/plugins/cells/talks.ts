import type { ICellModel } from '@jupyterlab/cells';
import { Signal } from '@lumino/signaling';
import type { CellTalk, CellTalks } from '../../tokens.ts';

/** See `CellTalks`. What is said of a cell goes with it. */
export class CellTalkRegistry implements CellTalks {
  readonly changed: Signal<CellTalks, ICellModel> = new Signal<CellTalks, ICellModel>(this);
  readonly #talks = new WeakMap<ICellModel, CellTalk>();

  get(cell: ICellModel): CellTalk | undefined {
    return this.#talks.get(cell);
  }

  set(cell: ICellModel, talk: CellTalk | undefined): void {
    const before = this.#talks.get(cell);
    if (before?.label === talk?.label && before?.text === talk?.text && before?.unread === talk?.unread) return;
    if (talk === undefined) this.#talks.delete(cell);
    else this.#talks.set(cell, talk);
    this.changed.emit(cell);
  }
}
