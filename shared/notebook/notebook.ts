/**
 * A notebook as the rest of the program sees it: nbformat 4, total, with every multi-line text
 * joined and every cell under an id that no other cell of the notebook has. Fields nobody knows
 * are kept at every level.
 */
export interface Notebook {
  readonly nbformat: 4;
  readonly nbformat_minor: number;
  readonly metadata: JsonObject;
  readonly cells: readonly Cell[];
  readonly [extra: string]: unknown;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export type Cell = CodeCell | TextCell;

interface CellBase {
  readonly id: string;
  readonly metadata: JsonObject;
  readonly source: string;
  readonly [extra: string]: unknown;
}

export interface CodeCell extends CellBase {
  readonly cell_type: 'code';
  readonly execution_count: number | null;
  readonly outputs: readonly Output[];
}

export interface TextCell extends CellBase {
  readonly cell_type: 'markdown' | 'raw';
  readonly attachments?: Readonly<Record<string, JsonObject>> | undefined;
}

/** An output; `stream` has `name` and `text`, `display_data` and `execute_result` have `data`. */
export interface Output {
  readonly output_type: string;
  readonly [field: string]: unknown;
}
