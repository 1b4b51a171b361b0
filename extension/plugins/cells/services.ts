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
  /** Opens the menu of the active cell. */
  more(anchor: DOMRect): void;
}
