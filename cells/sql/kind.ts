import { defineKind } from '../kind.ts';

/** Editor language of SQL cells: the engine's dialect. */
export const SQL_MIME = 'text/x-daybook-sql';

export const sqlKind = defineKind({
  id: 'sql',
  label: 'SQL',
  hint: 'A query over files and results',
  mime: SQL_MIME,
  named: true,
});
