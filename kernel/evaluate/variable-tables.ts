import { DaybookError } from '@daybook/shared/errors/error';
import { nearest } from '@daybook/shared/text/nearest';
import { Relation } from '../data/relation/relation.ts';
import { packTable } from '../data/tables/pack.ts';
import { tableSource } from '../data/tables/recognise.ts';
import type { WantedTable } from '../data/thread.ts';
import type { Engine } from './engine.ts';
import type { Evaluator } from './evaluator.ts';

export interface VariableTablesOptions {
  readonly engine: Engine;
  readonly evaluator: Evaluator;
  readonly reserved: ReadonlySet<string>;
}

/** What a query around the answer needs to know. */
export interface Asked {
  /** Takes the tables that a relation brings with it. */
  bring(tables: ReadonlyMap<string, object>): void;
  /** Tells the user of columns that SQL sees otherwise. */
  say(notes: readonly string[]): void;
}

/**
 * The notebook's variables as SQL sees them. A table of the engine and a file come first; a name
 * that both a result and a variable have is the variable's once a cell assigned a table to it.
 */
export class VariableTables {
  readonly #options: VariableTablesOptions;
  /** Named results: what TypeScript was given for them, once it looked. */
  readonly #given = new Map<string, unknown>();

  constructor(options: VariableTablesOptions) {
    this.#options = options;
  }

  /** Remembers what a named result is in TypeScript; undefined until somebody looks. */
  give(name: string, value: unknown): void {
    this.#given.set(name, value);
  }

  /** The name of the result that TypeScript was given this value for. */
  resultOf(value: unknown): string | undefined {
    return [...this.#given].find(([name, given]) => given === value && !this.#isTaken(name))?.[0];
  }

  /** Names in the SQL that a result has and a variable took over since. */
  reassigned(sql: string): string[] {
    return [...this.#given.keys()].filter((name) => {
      const word = name.replace(/[$]/g, '\\$&');
      return (
        new RegExp(`(?<![\\p{ID_Continue}$])${word}(?![\\p{ID_Continue}$])`, 'iu').test(sql) && this.#isTaken(name)
      );
    });
  }

  /** The variable of this name as a table; `none` when there is none. Fails with `not_a_table`. */
  find(wanted: string, { bring, say }: Asked): WantedTable {
    const name = this.#spelled(wanted);
    if (name === undefined) return { kind: 'none' };
    const value = this.#read(name);
    if (value === undefined) return { kind: 'none' };
    if (value instanceof Relation) {
      bring(value.text.tables);
      return { kind: 'query', sql: value.text.sql, parameters: value.text.parameters };
    }
    // `let two = 5` says nothing about the result of that name.
    if (this.#given.has(name) && !isTableLike(value)) return { kind: 'none' };
    const { payload, notes } = packTable(value, `The variable “${name}”`);
    say(notes);
    return { kind: 'table', payload };
  }

  #isTaken(name: string): boolean {
    const given = this.#given.get(name);
    if (this.#lexical().includes(name)) return this.#read(name) !== given;
    const property = Object.getOwnPropertyDescriptor(globalThis, name);
    return property !== undefined && property.get === undefined && property.value !== given;
  }

  /** SQL compares names without case: an exact match wins, then the only one that differs by it. */
  #spelled(wanted: string): string | undefined {
    const names = [...this.#lexical(), ...Object.keys(globalThis).filter((name) => !this.#options.reserved.has(name))];
    if (names.includes(wanted)) return wanted;
    const alike = [...new Set(names.filter((name) => name.toLowerCase() === wanted.toLowerCase()))];
    if (alike.length > 1) {
      throw new DaybookError(
        'ambiguous_name',
        `“${wanted}” could be the variables ${alike.map((name) => `“${name}”`).join(' and ')}.`,
        {
          action: `Write it as one of them, for example "${nearest(wanted, alike, 1)[0] ?? alike[0]}".`,
        },
      );
    }
    return alike[0];
  }

  #lexical(): string[] {
    const { engine, evaluator } = this.#options;
    return engine.lexicalNames().map((name) => evaluator.userName(name));
  }

  #read(name: string): unknown {
    const { engine, evaluator } = this.#options;
    try {
      return engine.read(evaluator.engineName(name));
    } catch {
      // Declared and never assigned: not there yet.
      return undefined;
    }
  }
}

function isTableLike(value: unknown): boolean {
  try {
    return tableSource(value) !== undefined;
  } catch {
    // A table in form: using it says what is wrong with it.
    return true;
  }
}
