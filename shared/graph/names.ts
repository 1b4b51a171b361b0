/**
 * What a cell has to do with the names that cells share. A name is a variable as written, or, with
 * its sort in front, something of SQL's: `table:sales`, `file:data/sales.csv`, `function:tax`,
 * `database:shop`, in lower case. A variable can be read as a table, so it counts as one too.
 */
export interface CellNames {
  /** Declared here. */
  readonly defines: readonly string[];
  /** Changed here and not declared: `total += 1`, `INSERT INTO sales`. Changes inside a value are not seen. */
  readonly writes: readonly string[];
  /** Read here and not declared before in the cell. Names that no cell defines may be among them. */
  readonly uses: readonly string[];
  /** Something in the cell could not be read, so there may be more. */
  readonly unknown: boolean;
}

export const NO_NAMES: CellNames = { defines: [], writes: [], uses: [], unknown: false };
export const UNKNOWN_NAMES: CellNames = { ...NO_NAMES, unknown: true };

const SORTS = /^(table|file|function|database):/;

/** Whether the name is one of a variable, and none of SQL's. */
export function isVariable(name: string): boolean {
  return !name.includes(':');
}

/** The name under which SQL finds a variable. */
export function tableOf(variable: string): string {
  return `table:${variable.toLowerCase()}`;
}

/** The names under which a cell's values are found. */
export function makes({ defines, writes }: CellNames): string[] {
  return [...defines, ...writes].flatMap((name) => (isVariable(name) ? [name, tableOf(name)] : [name]));
}

/** The name as a user wrote it. */
export function plainName(name: string): string {
  return name.replace(SORTS, '');
}

export function sameNames(a: CellNames, b: CellNames): boolean {
  const same = (x: readonly string[], y: readonly string[]) =>
    x.length === y.length && x.every((name, index) => name === y[index]);
  return a.unknown === b.unknown && same(a.defines, b.defines) && same(a.writes, b.writes) && same(a.uses, b.uses);
}
