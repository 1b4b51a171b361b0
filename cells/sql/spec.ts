import { DaybookError } from '@daybook/shared/errors/error';
import { nearest } from '@daybook/shared/text/nearest';
import type { CellSource } from '../magic.ts';

/** The options of a `%%sql` cell. */
export interface SqlSpec {
  /** The name under which later cells see the rows. */
  readonly result: string | undefined;
}

const OPTIONS = ['result', 'connection'];
/** The engine inside the kernel, in the words people use for it. */
const LOCAL = ['', 'local', 'duckdb'];

/** Reads the options. Errors: `bad_option`, `bad_result_name`, `no_such_connection`. */
export function sqlSpec({ options }: CellSource): SqlSpec {
  for (const name of Object.keys(options)) {
    if (!OPTIONS.includes(name)) throw unknownOption(name);
  }
  const { connection = '', result } = options;
  if (!LOCAL.includes(connection.toLowerCase())) {
    throw new DaybookError('no_such_connection', `There is no connection “${connection}”.`, {
      action: 'Leave connection out to query files and results of this notebook.',
    });
  }
  return { result: result === undefined || result === '' ? undefined : resultName(result) };
}

function unknownOption(name: string): DaybookError {
  const near = nearest(name, OPTIONS, 1)[0];
  return new DaybookError('bad_option', `A SQL cell has no option “${name}”.`, {
    action: near === undefined ? `Its options are ${OPTIONS.join(' and ')}.` : `Did you mean “${near}”?`,
  });
}

/** A name must do for both languages: a TypeScript variable and an SQL table. Errors: `bad_result_name`. */
export function resultName(name: string): string {
  if (!/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) || RESERVED.has(name)) {
    throw new DaybookError('bad_result_name', `“${name}” cannot be the name of a result.`, {
      action: 'Use letters, digits and _, not beginning with a digit, and no word of the TypeScript language.',
    });
  }
  return name;
}

const RESERVED = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends ' +
    'false finally for function if implements import in instanceof interface let new null package private protected ' +
    'public return static super switch this throw true try typeof undefined var void while with yield'
  ).split(' '),
);
