import type { CompletionKind } from '@daybook/shared/api/editor';
import { type CellNames, cellNames } from './cell-names.ts';
import { readCell } from './cell-source.ts';
import { tableDeclaration } from './table-type.ts';
import type { TableColumns } from './thread.ts';

/**
 * How a notebook looks to TypeScript: every cell is a module of its own. A line in front of the
 * cell's text exports its top-level names and imports those it uses from the nearest cell above
 * that declares them. So the same name may be declared again, types follow document order, a cell
 * that does not change is not read again, and offsets differ by the length of one line. A chain
 * like this took 7–20 ms per edit and completion with 200 cells and with 2,000; one long file
 * would have to forbid redeclarations and be checked from the top each time.
 */
export interface CellView {
  readonly id: string;
  readonly kind: string;
  /** The module's text. */
  readonly text: string;
  /** Offset in `text` of the cell's own first character. */
  readonly shift: number;
  /** Offset in the cell's source of `text`'s first own character: the magic line comes before it. */
  readonly bodyStart: number;
  readonly names: CellNames;
}

/** Where a name comes from: the index of its cell. */
export interface Origin {
  readonly cell: number;
  readonly kind: CompletionKind;
}

export interface SourceCell {
  readonly id: string;
  readonly source: string;
}

/** Names of a notebook's modules; `index` counts the cells. */
export type ModuleName = (index: number) => string;

/** Puts the modules of a notebook together. `known` keeps what was read of cells by their text. */
export class Scope {
  readonly #known = new Map<string, CellNames>();

  views(cells: readonly SourceCell[], tables: TableColumns, moduleName: ModuleName): CellView[] {
    const above = new Map<string, Origin>();
    const views = cells.map((cell, index) => {
      const { kind, options, body, bodyStart } = readCell(cell.source);
      const table = kind === 'sql' ? options.result : undefined;
      const text = kind === 'typescript' ? body : tableDeclaration(table, tables);
      const names = this.#names(text);
      const line = head(names, above, moduleName);
      const own = meaningEarlier(text, names, above);
      declareAll(above, { kind, names }, index);
      return { id: cell.id, kind, text: line + own, shift: line.length, bodyStart, names };
    });
    this.#forget(views.length);
    return views;
  }

  #names(text: string): CellNames {
    const known = this.#known.get(text) ?? cellNames(text);
    this.#known.delete(text);
    this.#known.set(text, known);
    return known;
  }

  /** Texts of the past go; those in use were just put at the end. */
  #forget(inUse: number): void {
    for (const text of this.#known.keys()) {
      if (this.#known.size <= inUse + 200) return;
      this.#known.delete(text);
    }
  }
}

/** Names that the cells above this one declare, the latest declaration of each, nearest last. */
export function visibleAt(views: readonly CellView[], index: number): ReadonlyMap<string, Origin> {
  const above = new Map<string, Origin>();
  for (const [cell, view] of views.slice(0, index).entries()) declareAll(above, view, cell);
  return above;
}

function declareAll(above: Map<string, Origin>, { kind, names }: Pick<CellView, 'kind' | 'names'>, cell: number): void {
  for (const [name, declared] of names.declared) {
    above.delete(name);
    above.set(name, { cell, kind: kind === 'sql' ? 'table' : declared.kind });
  }
}

function head(names: CellNames, above: ReadonlyMap<string, Origin>, moduleName: ModuleName): string {
  const from = new Map<number, string[]>();
  const add = (cell: number, name: string): void => {
    const list = from.get(cell);
    if (list === undefined) from.set(cell, [name]);
    else list.push(name);
  };
  for (const name of names.used) {
    const origin = names.declared.has(name) ? undefined : above.get(name);
    if (origin !== undefined) add(origin.cell, name);
  }
  for (const name of new Set(names.earlier.map((each) => each.name))) {
    const origin = above.get(name);
    if (origin !== undefined) add(origin.cell, `${name} as ${earlierName(name)}`);
  }
  const imports = [...from].map(([cell, list]) => `import { ${list.join(', ')} } from "${moduleName(cell)}";`);
  const exported = [...names.declared].filter(([, each]) => !each.exported).map(([name]) => name);
  return `export { ${exported.join(', ')} };${imports.join('')}\n`;
}

/**
 * The text in which a variable's own name in its initializer is that of the cells above: written
 * with another first letter, so that every offset stays. A letter nobody writes code with.
 */
function meaningEarlier(text: string, { earlier }: CellNames, above: ReadonlyMap<string, Origin>): string {
  let own = text;
  for (const { name, start } of earlier) {
    if (above.has(name)) own = own.slice(0, start) + earlierName(name) + own.slice(start + name.length);
  }
  return own;
}

const EARLIER = 'ǂ';

function earlierName(name: string): string {
  return EARLIER + name.slice(1);
}

/** Text of TypeScript's about a cell, with names as people wrote them. */
export function asWritten(text: string, { names }: Pick<CellView, 'names'>): string {
  if (!text.includes(EARLIER)) return text;
  return names.earlier.reduce((all, { name }) => all.replaceAll(earlierName(name), name), text);
}
