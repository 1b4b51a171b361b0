import { DaybookError } from '@daybook/shared/errors/error';
import type { ParserOptions } from 'oxc-parser';
import { Lines, type Place } from './lines.ts';
import { parse, transform } from './parse.ts';
import { SourceMapReader } from './source-map.ts';
import type { Step } from './step.ts';

type Lang = NonNullable<ParserOptions['lang']>;

/** What looks as if it was meant for an SQL cell. */
const SQL = /^\s*(select|with(?!\s*\()|from|insert into|create (table|view)|describe|pivot)\s/i;

/** The comment that turns JSX on: which function, or which package, makes its elements. */
const JSX = /@jsx(?:ImportSource|Runtime)?\s+\S/;

/** The language of a cell: JSX only where a comment asks for it. */
export function langOf(source: string): 'ts' | 'tsx' {
  return JSX.test(source) ? 'tsx' : 'ts';
}

/** How JSX in a source is made: `@jsx h` names a function to call, otherwise there is a package for it. */
export function jsxOptions(source: string): { jsx?: { runtime: 'classic' } } {
  return /@jsx\s/.test(source) ? { jsx: { runtime: 'classic' } } : {};
}

/** The cell cannot be read as TypeScript. `place` counts from the cell body's first line. */
export function syntaxError(message: string, place: Place, source: string): DaybookError {
  const action = hint(source);
  return new DaybookError('syntax_error', message, { place, ...(action === undefined ? {} : { action }) });
}

function hint(source: string): string | undefined {
  if (SQL.test(source)) return 'To run SQL, write %%sql on a line before it.';
  if (/^%%(\s|$)/.test(source)) return 'Write the kind of a cell next to the percent signs: %%sql.';
  if (/^%\s?\w/.test(source))
    return 'Cell kinds begin with two percent signs: %%sql. Line magics of other kernels do not exist here.';
  if (/^!\w/.test(source)) return 'To run a program, use require("child_process").execSync("…").';
  if (langOf(source) === 'ts' && /<[A-Za-z>]/.test(source) && parses(source, 'tsx')) {
    return 'JSX is off in cells. Turn it on with a comment on the first line, /** @jsxImportSource react */ or /** @jsx h */, or use html`…`.';
  }
  return undefined;
}

function parses(source: string, lang: Lang): boolean {
  return parse(`cell.${lang}`, source, { lang, sourceType: 'module' }).errors.length === 0;
}

/** Takes the types off (no checking) and lowers enums and namespaces. Fails with `syntax_error` and its place. */
export function transpile(source: string): Step {
  const lang = langOf(source);
  const { code, map, errors } = transform(`cell.${lang}`, source, {
    lang,
    sourceType: 'module',
    sourcemap: true,
    typescript: { onlyRemoveTypeImports: true },
    ...jsxOptions(source),
  });
  const [error] = errors;
  if (error !== undefined)
    throw syntaxError(error.message, new Lines(source).place(error.labels[0]?.start ?? 0), source);
  let reader: SourceMapReader | undefined;
  return {
    code,
    original(place) {
      reader ??= new SourceMapReader(map?.mappings ?? '');
      return reader.original(place);
    },
  };
}
