// Libraries that are there under a name. Their own types are many: the language service reads this
// file only for notebooks that use one of `LIBRARY_NAMES` (kernel/language/libraries.ts).

type ArrowTable = import('apache-arrow').Table;
type ArqueroTable = import('arquero').ColumnTable;

/** arquero: tables in JavaScript. */
declare const aq: typeof import('arquero');

/** apache-arrow: the tables that SQL and TypeScript share. */
declare const arrow: typeof import('apache-arrow');
