import { scriptNames } from '@daybook/shared/sql/script';
import type { CellSource } from '../magic.ts';
import type { NamesDraft } from '../names.ts';
import { compileSql } from './compile.ts';

/** The names of an SQL cell: its result, what its statements make and change, and its parameters. */
export function sqlNames(cell: CellSource): NamesDraft {
  const { sql, parameters, result } = compileSql(cell);
  const script = scriptNames(sql);
  return {
    ...script,
    defines: [...(result === undefined ? [] : [result]), ...script.defines],
    uses: [...parameters, ...script.uses],
  };
}
