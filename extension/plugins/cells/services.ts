import type { CodeCell } from '@jupyterlab/cells';
import type { CellMarks, CellTalks } from '../../tokens.ts';
import type { KindMenu } from './kind-menu.ts';

/** What headers and footers do outside their cell; one for the whole application. */
export interface CellServices {
  readonly kinds: KindMenu;
  readonly marks: CellMarks;
  readonly talks: CellTalks;
  /** Runs the active cell. */
  run(): void;
  interrupt(): void;
  /** Takes back a run that waits; false when the cell has none. */
  cancel(cell: CodeCell): boolean;
  /** Opens the menu of the active cell. */
  more(anchor: DOMRect): void;
}
