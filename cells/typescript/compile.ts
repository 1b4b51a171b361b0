import { parseSync } from 'oxc-parser';
import { Lines, type Place } from './lines.ts';
import { type Rewritten, rewrite } from './rewrite.ts';
import { syntaxError, transpile } from './transpile.ts';
import { walk } from './walk.ts';

/** Name of the global object through which compiled cells reach the kernel. Hidden from users. */
export const HELPER = '$daybook';

export interface CompileContext {
  /** A number of this run alone; `keep` hands the last value over with it. */
  readonly cell: number;
  /** Interrupts so far: async code that begins now is not meant by them. */
  readonly round: number;
  readonly reserved: ReadonlySet<string>;
  readonly renamed: ReadonlySet<string>;
  readonly vars: ReadonlySet<string>;
}

/** A TypeScript cell as a script for `Runtime.evaluate` in REPL mode. */
export interface CompiledCell extends Omit<Rewritten, 'edited'> {
  readonly code: string;
  /** Place in the cell body of a place in `code`. */
  locate(place: Place): Place;
}

/** Compiles a cell body. Pure; fails with `syntax_error` and its place. */
export function compileCell(source: string, context: CompileContext): CompiledCell {
  const plain = transpile(source);
  const { program, errors } = parseSync('cell.js', plain.code, { sourceType: 'module' });
  const [error] = errors;
  if (error !== undefined) {
    throw syntaxError(error.message, plain.original(new Lines(plain.code).place(error.labels[0]?.start ?? 0)), source);
  }
  const { edited, ...rest } = rewrite(plain.code, program, { ...context, helper: HELPER, types: typeNames(source) });
  let lines: { from: Lines; to: Lines } | undefined;
  return {
    ...rest,
    code: edited.text,
    locate(place) {
      lines ??= { from: new Lines(edited.text), to: new Lines(plain.code) };
      return plain.original(lines.to.place(edited.original(lines.from.offset(place))));
    },
  };
}

/** Names used in type positions, looked for only where something is imported. */
function typeNames(source: string): Set<string> {
  const names = new Set<string>();
  if (!/\bimport\b/.test(source)) return names;
  walk(parseSync('cell.ts', source, { sourceType: 'module', lang: 'ts' }).program, (node) => {
    if (node.type === 'TSTypeReference' && node.typeName.type === 'Identifier') names.add(node.typeName.name);
    return true;
  });
  return names;
}
