import type { EngineResult } from '@daybook/shared/ports/run-context';
import type { ClientQuery } from '../client.ts';
import type { ArrowOptions } from '../thread.ts';
import type { SqlText } from './script.ts';

/** A relation's text, and a stack to find the place in the cell with where it was made. */
export interface Made {
  readonly text: SqlText;
  readonly origin: Error;
}

/** What relations need of the kernel. Every method belongs to the cell that calls it and ends with it. */
export interface RelationEffects {
  query(
    sql: string,
    options: Pick<ClientQuery, 'parameters' | 'name' | 'first' | 'keep' | 'limit'> & {
      readonly tables?: ReadonlyMap<string, object>;
    },
  ): Promise<EngineResult>;
  arrow(id: string, options: ArrowOptions): Promise<Uint8Array>;
  drop(id: string): void;
  /** Makes a result known under a name, in SQL and TypeScript. */
  nameResult(name: string, result: EngineResult): Promise<void>;
  readonly libraries: { arrow(): typeof import('apache-arrow'); aq(): typeof import('arquero') };
  /** Rows that `rows()` gives at most, bytes that `arrow()` takes at most. */
  readonly limits: { readonly rows: number; readonly bytes: number };
  /** The same failure with the place in the cell that its SQL has. */
  placed(error: unknown, made: Made): unknown;
  now(): number;
}
