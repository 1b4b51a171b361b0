import { NO_NAMES } from '@daybook/shared/graph/names';
import { sourceKey } from '@daybook/shared/sql/tables';
import type { CellSource } from '../magic.ts';
import type { NamesDraft } from '../names.ts';
import { chartSpec } from './spec.ts';

/** A chart reads its source. */
export function chartNames(cell: CellSource): NamesDraft {
  return { ...NO_NAMES, uses: [sourceKey(chartSpec(cell).from)], queries: [] };
}
