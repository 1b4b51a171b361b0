import { chartKind } from './chart/kind.ts';
import type { CellKind } from './kind.ts';
import { sqlKind } from './sql/kind.ts';
import { typescriptKind } from './typescript/kind.ts';

/** The kinds that come with Daybook, in the order of the menus. */
export const BUILT_IN: readonly CellKind[] = [typescriptKind, sqlKind, chartKind];
