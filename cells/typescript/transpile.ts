import { DaybookError } from '@daybook/shared/errors/error';
import { transformSync } from 'oxc-transform';
import { Lines, type Place } from './lines.ts';
import { SourceMapReader } from './source-map.ts';

/** JavaScript without types, and the way back to the TypeScript it came from. */
export interface Transpiled {
  readonly code: string;
  original(place: Place): Place;
}

/** What looks as if it was meant for an SQL cell. */
const SQL = /^\s*(select|with|from|insert into|create (table|view)|describe|pivot)\s/i;

/** The cell cannot be read as TypeScript. `place` counts from the cell body's first line. */
export function syntaxError(message: string, place: Place, source: string): DaybookError {
  const action = SQL.test(source) ? 'To run SQL, write %%sql on a line before it.' : undefined;
  return new DaybookError('syntax_error', message, { place, ...(action === undefined ? {} : { action }) });
}

/** Takes the types off (no checking) and lowers enums and namespaces. Fails with `syntax_error` and its place. */
export function transpile(source: string): Transpiled {
  const { code, map, errors } = transformSync('cell.ts', source, {
    lang: 'ts',
    sourceType: 'module',
    sourcemap: true,
    typescript: { onlyRemoveTypeImports: true },
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
