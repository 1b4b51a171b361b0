import { sqlPieces } from '@daybook/shared/sql/tokens';
import { fileKey, qualified } from './tables.ts';

/**
 * One statement, as far as its words tell. DuckDB's parser gives a tree of queries alone, so what
 * is made or changed is read from the statement's head, and the rest is written as a query that
 * reads the same tables.
 */
export interface StatementNames {
  readonly defines: readonly string[];
  readonly writes: readonly string[];
  readonly uses: readonly string[];
  readonly query: string | undefined;
  readonly unknown: boolean;
}

const NOTHING: StatementNames = { defines: [], writes: [], uses: [], query: undefined, unknown: false };
const UNKNOWN: StatementNames = { ...NOTHING, unknown: true };

const QUERIES = new Set('SELECT FROM VALUES TABLE UNPIVOT DESCRIBE DESC SUMMARIZE SHOW'.split(' '));
/** Statements that change how later ones run, or nothing, but no table. */
const SETTINGS = new Set(
  'SET RESET PRAGMA LOAD INSTALL UPDATE_EXTENSIONS BEGIN START COMMIT END ROLLBACK ABORT CHECKPOINT FORCE VACUUM ANALYZE COMMENT DEALLOCATE'.split(
    ' ',
  ),
);

export function readStatement(sql: string): StatementNames {
  const reader = new StatementReader(sql);
  return reader.read();
}

interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'sign';
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Open parentheses around it. */
  readonly depth: number;
}

class StatementReader {
  readonly #sql: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(sql: string) {
    this.#sql = sql;
    this.#tokens = tokensOf(sql);
  }

  read(): StatementNames {
    if (this.#take('EXPLAIN')) {
      this.#take('ANALYZE');
      return readStatement(this.#rest());
    }
    const prefix = this.#ctes();
    const first = this.#tokens[this.#at];
    if (first === undefined) return NOTHING;
    if (first.text === '(') return { ...NOTHING, query: this.#sql };
    const word = first.kind === 'word' ? first.text.toUpperCase() : '';
    if (QUERIES.has(word)) return { ...NOTHING, query: this.#sql };
    if (SETTINGS.has(word)) return NOTHING;
    this.#at += 1;
    switch (word) {
      case 'CREATE':
        return this.#create();
      case 'INSERT':
        return this.#insert(prefix);
      case 'UPDATE':
        return this.#update(prefix);
      case 'DELETE':
        return this.#delete(prefix);
      case 'TRUNCATE':
      case 'DROP':
      case 'ALTER':
        return this.#change(word);
      case 'MERGE':
        return this.#merge();
      case 'COPY':
        return this.#copy();
      case 'ATTACH':
      case 'DETACH':
        return this.#attach();
      case 'PIVOT':
      case 'PIVOT_WIDER':
        return this.#pivot(prefix);
      default:
        return UNKNOWN;
    }
  }

  #create(): StatementNames {
    if (this.#take('OR')) this.#take('REPLACE');
    for (const word of ['TEMP', 'TEMPORARY', 'PERSISTENT', 'LOCAL', 'RECURSIVE', 'UNIQUE']) this.#take(word);
    const what = ['TABLE', 'VIEW', 'MACRO', 'FUNCTION'].find((word) => this.#take(word));
    this.#skipIfExists();
    if (what === undefined) return NOTHING;
    const defines = this.#table();
    const query = this.#after('AS');
    if (what === 'TABLE' || what === 'VIEW') return { ...NOTHING, defines: defines.slice(0, 1), query };
    const name = defines[0]?.replace('table:', 'function:');
    const table = query === undefined ? undefined : /^\s*TABLE\b/i.exec(query)?.[0];
    const body = table === undefined ? `SELECT ${query}` : query?.slice(table.length);
    return { ...NOTHING, defines: name === undefined ? [] : [name], ...(query === undefined ? {} : { query: body }) };
  }

  #insert(prefix: string): StatementNames {
    if (this.#take('OR')) this.#at += 1;
    this.#take('INTO');
    const writes = this.#table();
    const begin = this.#find(['SELECT', 'FROM', 'VALUES', 'TABLE', 'WITH']);
    const end = this.#find(['RETURNING']) ?? this.#conflict();
    if (begin === undefined) return { ...NOTHING, ...this.#written(writes) };
    return { ...NOTHING, ...this.#written(writes), query: `${prefix} ${this.#sql.slice(begin.start, end?.start)}` };
  }

  #update(prefix: string): StatementNames {
    const target = this.#targetText(['SET']);
    const writes = this.#table();
    const set = this.#find(['SET']);
    if (set === undefined) return { ...UNKNOWN, ...this.#written(writes) };
    const from = this.#find(['FROM']);
    const where = this.#find(['WHERE']);
    const end = this.#find(['RETURNING'])?.start;
    const list = this.#sql.slice(set.end, from?.start ?? where?.start ?? end);
    const others = from === undefined ? '' : `, ${this.#sql.slice(from.end, where?.start ?? end)}`;
    const condition = where === undefined ? '' : this.#sql.slice(where.start, end);
    return {
      ...NOTHING,
      ...this.#written(writes),
      query: `${prefix} SELECT ${list} FROM ${target}${others} ${condition}`,
    };
  }

  #delete(prefix: string): StatementNames {
    this.#take('FROM');
    const target = this.#targetText(['USING', 'WHERE', 'RETURNING']);
    const writes = this.#table();
    const using = this.#find(['USING']);
    const where = this.#find(['WHERE']);
    const end = this.#find(['RETURNING'])?.start;
    const others = using === undefined ? '' : `, ${this.#sql.slice(using.end, where?.start ?? end)}`;
    const condition = where === undefined ? '' : this.#sql.slice(where.start, end);
    return { ...NOTHING, ...this.#written(writes), query: `${prefix} SELECT 1 FROM ${target}${others} ${condition}` };
  }

  #merge(): StatementNames {
    this.#take('INTO');
    const target = this.#written(this.#table());
    const using = this.#find(['USING']);
    if (using === undefined) return { ...UNKNOWN, ...target };
    this.#at = this.#tokens.indexOf(using) + 1;
    // The source may be a query and the conditions may hold some; a table's name is sure.
    return { ...UNKNOWN, ...target, uses: [...target.uses, ...this.#table()] };
  }

  #change(word: string): StatementNames {
    const what = ['TABLE', 'VIEW', 'MACRO', 'FUNCTION'].find((each) => this.#take(each));
    if (what === undefined && word !== 'TRUNCATE') return NOTHING;
    if (what === 'MACRO' || what === 'FUNCTION') this.#take('TABLE');
    this.#skipIfExists();
    const writes = this.#table();
    if (what !== 'MACRO' && what !== 'FUNCTION') return { ...NOTHING, ...this.#written(writes) };
    return { ...NOTHING, writes: writes.map((name) => name.replace('table:', 'function:')) };
  }

  #copy(): StatementNames {
    const begin = this.#tokens[this.#at];
    const direction = this.#find(['TO', 'FROM']);
    const file = direction === undefined ? undefined : this.#tokens[this.#tokens.indexOf(direction) + 1];
    if (begin === undefined || direction === undefined || file?.kind !== 'string') return UNKNOWN;
    const path = fileKey(unquoted(file.text));
    if (begin.text === '(') {
      const query = this.#sql.slice(begin.end, direction.start).replace(/\)\s*$/, '');
      return { ...NOTHING, defines: [path], query };
    }
    const table = this.#table();
    if (direction.text.toUpperCase() === 'TO') return { ...NOTHING, defines: [path], uses: table };
    return { ...NOTHING, ...this.#written(table), uses: [path] };
  }

  #attach(): StatementNames {
    this.#take('DATABASE');
    this.#skipIfExists();
    const file = this.#tokens[this.#at];
    const alias = this.#find(['AS']);
    const token = alias === undefined ? file : this.#tokens[this.#tokens.indexOf(alias) + 1];
    if (token === undefined) return UNKNOWN;
    const stem = /([^/\\]*?)(?:\.[^./\\]*)?$/.exec(unquoted(token.text))?.[1] ?? '';
    return { ...NOTHING, defines: [`database:${stem.toLowerCase()}`] };
  }

  #pivot(prefix: string): StatementNames {
    const begin = this.#tokens[this.#at];
    const end = this.#find(['ON', 'USING', 'GROUP', 'ORDER', 'LIMIT']);
    if (begin === undefined) return UNKNOWN;
    return { ...NOTHING, query: `${prefix} SELECT * FROM ${this.#sql.slice(begin.start, end?.start)}` };
  }

  /** Passes over `WITH a AS (…), b AS (…)` and gives its text. */
  #ctes(): string {
    if (this.#tokens[0]?.text.toUpperCase() !== 'WITH') return '';
    const main = new Set('SELECT FROM VALUES TABLE INSERT UPDATE DELETE MERGE PIVOT UNPIVOT'.split(' '));
    const at = this.#tokens.findIndex(
      ({ kind, text, depth }, index) =>
        depth === 0 && kind === 'word' && main.has(text.toUpperCase()) && this.#tokens[index - 1]?.text === ')',
    );
    if (at === -1) return '';
    this.#at = at;
    return this.#sql.slice(0, this.#tokens[at]?.start);
  }

  /** Reads a table's name here: its names in the graph, the first its own. */
  #table(): string[] {
    const path: string[] = [];
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token === undefined || token.kind === 'sign') break;
      path.push(unquoted(token.text));
      this.#at += 1;
      if (this.#tokens[this.#at]?.text !== '.') break;
      this.#at += 1;
    }
    return path.length === 0 ? [] : qualified(path);
  }

  /** A table of another database is changed there; the database itself is only read. */
  #written([table, ...rest]: readonly string[]): Pick<StatementNames, 'writes' | 'uses'> {
    return { writes: table === undefined ? [] : [table], uses: rest };
  }

  #targetText(ends: readonly string[]): string {
    const begin = this.#tokens[this.#at];
    return begin === undefined ? '' : this.#sql.slice(begin.start, this.#find(ends)?.start);
  }

  #take(word: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'word' || token.text.toUpperCase() !== word) return false;
    this.#at += 1;
    return true;
  }

  #skipIfExists(): void {
    if (!this.#take('IF')) return;
    this.#take('NOT');
    this.#take('EXISTS');
  }

  /** The first of these words from here on, outside parentheses. */
  #find(words: readonly string[]): Token | undefined {
    return this.#tokens
      .slice(this.#at)
      .find(({ kind, text, depth }) => kind === 'word' && depth === 0 && words.includes(text.toUpperCase()));
  }

  #conflict(): Token | undefined {
    const on = this.#tokens.findIndex(
      ({ text, depth }, index) =>
        depth === 0 && text.toUpperCase() === 'ON' && this.#tokens[index + 1]?.text.toUpperCase() === 'CONFLICT',
    );
    return this.#tokens[on];
  }

  #after(word: string): string | undefined {
    const token = this.#find([word]);
    return token === undefined ? undefined : this.#sql.slice(token.end);
  }

  #rest(): string {
    return this.#sql.slice(this.#tokens[this.#at]?.start ?? this.#sql.length);
  }
}

function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  for (const piece of sqlPieces(sql)) {
    const text = sql.slice(piece.start, piece.end);
    if (piece.kind === 'comment') continue;
    if (piece.kind !== 'code') {
      tokens.push({ kind: piece.kind, text, start: piece.start, end: piece.end, depth });
      continue;
    }
    for (const match of text.matchAll(/[\p{L}_$][\p{L}\p{N}_$]*|[^\s\w]|\d\w*/gu)) {
      if (match[0] === ')') depth -= 1;
      const start = piece.start + match.index;
      const kind = /^[\p{L}_$]/u.test(match[0]) ? 'word' : 'sign';
      tokens.push({ kind, text: match[0], start, end: start + match[0].length, depth });
      if (match[0] === '(') depth += 1;
    }
  }
  return tokens;
}

function unquoted(text: string): string {
  const quote = text.charAt(0);
  return quote === '"' || quote === "'" ? text.slice(1, -1).replaceAll(quote + quote, quote) : text;
}
