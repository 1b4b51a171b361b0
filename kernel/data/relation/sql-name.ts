import { DaybookError } from '@daybook/shared/errors/error';
import { quoteName } from '@daybook/shared/sql/quote';

/** Names of tables or columns, quoted: what `sql.name('a', 'b')` gives. */
export class SqlName {
  readonly sql: string;

  /** Several parts are a path: schema and table. Fails with `bad_parameter` for what is no text. */
  constructor(parts: readonly unknown[]) {
    const bad = parts.find((part) => typeof part !== 'string' || part === '' || part.includes('\0'));
    if (parts.length === 0 || bad !== undefined) {
      throw new DaybookError(
        'bad_parameter',
        `sql.name() needs the name as text, not ${JSON.stringify(bad) ?? typeof bad}.`,
      );
    }
    this.sql = parts.map((part) => quoteName(String(part))).join('.');
  }
}
