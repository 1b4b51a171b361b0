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

/** The names under which a cell's values are found, each once. */
export function makes({ defines, writes }: CellNames): ReadonlySet<string> {
  return new Set([...defines, ...writes].flatMap(foundAs));
}

/** The names under which a cell that defines or writes `name` is found. */
export function foundAs(name: string): readonly string[] {
  return SORTS.test(name) ? [name] : [name, `table:${name.toLowerCase()}`];
}

/** The name as a user wrote it. */
export function plainName(name: string): string {
  return name.replace(SORTS, '');
}
