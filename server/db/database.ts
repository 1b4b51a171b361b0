import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type * as schema from './schema.ts';

/**
 * Database: the metadata store, one schema on every adapter (PostgreSQL 15 or newer).
 *
 * An opened database is migrated. A query that resolved outside a transaction, and a transaction
 * that resolved, are on stable storage. A lost connection fails the queries under way and is made
 * anew for the next one. Queries may run at the same time; statements of one transaction may not.
 */
export interface Database {
  /** `embedded`: in the home, run by this process. `postgres`: a service named by `DATABASE_URL`. */
  readonly kind: 'embedded' | 'postgres';
  readonly orm: Orm;
  /** Fails with `database_unreachable` within 3 seconds when no query can be run; used by `/ready`. */
  check(): Promise<void>;
  /** Lets queries under way end (5 s at most), then disconnects. Idempotent. */
  close(): Promise<void>;
}

/** Drizzle over the project's schema. */
export type Orm = PostgresJsDatabase<typeof schema>;
