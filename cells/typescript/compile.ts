import type { Program } from 'oxc-parser';
import { Lines, type Place } from './lines.ts';
import { lower, newer } from './lower.ts';
import { withObjectAtEnd } from './object-literal.ts';
import { nestedTooDeeply, parse } from './parse.ts';
import { type Rewritten, rewrite, topLevelNames } from './rewrite.ts';
import { chain, editStep, type Step } from './step.ts';
import { topLevelUsing } from './top-level-using.ts';
import { langOf, syntaxError, transpile } from './transpile.ts';
import { walk } from './walk.ts';

/** Name of the global object through which compiled cells reach the kernel. Hidden from users. */
export const HELPER = '$daybook';

/** Constants that happen to be names: a cell that made them something else would break all code. */
const CONSTANTS = new Set(['undefined', 'NaN', 'Infinity']);

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

/** Compiles a cell body. Pure; fails with `syntax_error` or `nested_too_deeply` and its place. */
export function compileCell(source: string, context: CompileContext): CompiledCell {
  try {
    return compile(source, context);
  } catch (error) {
    // What the parser can still read may be too deep for what walks through it.
    throw error instanceof RangeError ? nestedTooDeeply() : error;
  }
}

function compile(source: string, context: CompileContext): CompiledCell {
  const written = withObjectAtEnd(source);
  let step: Step = written === undefined ? transpile(source) : chain(written, transpile(written.code));
  let program = read(step, source);
  refuseConstants(program, step, source);
  let made: ReadonlyMap<string, string> = new Map();
  const features = newer(step.code, program);
  if (features.using || features.decorators) {
    const own = new Set(topLevelNames(program));
    if (features.using) step = chain(step, topLevelUsing(step.code, program, { helper: HELPER, cell: context.cell }));
    program = read(step, source);
    const inner = newer(step.code, program);
    if (inner.using || inner.decorators) step = chain(step, lower(step.code, inner));
    program = read(step, source);
    made = new Map(
      topLevelNames(program)
        .filter((name) => !own.has(name))
        // A later run must not change what this one's classes look at.
        .map((name) => [name, `${HELPER}_${context.cell}${name}`]),
    );
  }
  const { edited, ...rest } = rewrite(step.code, program, {
    ...context,
    helper: HELPER,
    types: typeNames(source),
    made,
  });
  const whole = chain(step, editStep(edited, step.code));
  return { ...rest, code: whole.code, locate: whole.original };
}

function read(step: Step, source: string): Program {
  const { program, errors } = parse('cell.js', step.code, { sourceType: 'module' });
  const [error] = errors;
  if (error === undefined) return program;
  throw syntaxError(error.message, step.original(new Lines(step.code).place(error.labels[0]?.start ?? 0)), source);
}

function refuseConstants(program: Program, step: Step, source: string): void {
  const name = topLevelNames(program).find(
    (each) => CONSTANTS.has(each) || each === HELPER || each.startsWith(`${HELPER}_`),
  );
  if (name === undefined) return;
  const place = step.original(new Lines(step.code).place(Math.max(0, step.code.indexOf(name))));
  throw syntaxError(
    `“${name}” cannot be declared: the language or the kernel needs it. Choose another name.`,
    place,
    source,
  );
}

/** Names used in type positions, looked for only where something is imported. */
function typeNames(source: string): Set<string> {
  const names = new Set<string>();
  if (!/\bimport\b/.test(source)) return names;
  const lang = langOf(source);
  walk(parse(`cell.${lang}`, source, { sourceType: 'module', lang }).program, (node) => {
    if (node.type === 'TSTypeReference' && node.typeName.type === 'Identifier') names.add(node.typeName.name);
    return true;
  });
  return names;
}
