import { DaybookError } from '@daybook/shared/errors/error';
import type { ResultColumn } from '@daybook/shared/results/window';
import { quoteName } from '@daybook/shared/sql/quote';

/** Database that holds result tables, apart from the user's own. */
export const RESULTS_DATABASE = 'daybook';

export interface StoredResult {
  readonly id: string;
  /** Qualified and quoted. */
  readonly table: string;
  readonly columns: readonly ResultColumn[];
  readonly rows: number;
  /** Estimated; decides what is let go first. */
  readonly bytes: number;
  /** Row counts by filter, so that paging through a filtered result counts once. */
  readonly totals: Map<string, number>;
}

/**
 * The results that can still be paged, least recently used first. A result that later SQL sees
 * under a name stays as long as it has the name; of the others, the least recently used go when
 * there are too many or they take too much memory.
 */
export class ResultStore {
  private readonly prefix: string;
  private readonly limits: { readonly count: number; readonly bytes: number };
  private readonly results = new Map<string, StoredResult>();
  private readonly names = new Map<string, string>();
  private next = 1;

  constructor(prefix: string, limits: { readonly count: number; readonly bytes: number }) {
    this.prefix = prefix;
    this.limits = limits;
  }

  /** A fresh id and the table to fill for it. */
  reserve(): { readonly id: string; readonly table: string } {
    const id = `${this.prefix}-${this.next++}`;
    return { id, table: resultTable(id) };
  }

  /** Keeps a result; answers the ones to drop to stay within the limits. */
  add(result: StoredResult): StoredResult[] {
    this.results.set(result.id, result);
    return this.evict(result.id);
  }

  /** By id or by name; `result_gone` when it is not (or no longer) here. */
  get(idOrName: string): StoredResult {
    const id = this.results.has(idOrName) ? idOrName : this.names.get(key(idOrName));
    const result = id === undefined ? undefined : this.results.get(id);
    if (result === undefined) throw resultGone(idOrName);
    this.results.delete(result.id);
    this.results.set(result.id, result);
    return result;
  }

  /** Forgets a result that has no name; answers it, to be dropped. */
  remove(id: string): StoredResult | undefined {
    const result = this.results.get(id);
    if (result === undefined || [...this.names.values()].includes(id)) return undefined;
    this.results.delete(id);
    return result;
  }

  setName(name: string, id: string): void {
    this.names.set(key(name), id);
  }

  private evict(keep: string): StoredResult[] {
    const named = new Set(this.names.values());
    const dropped: StoredResult[] = [];
    let bytes = 0;
    for (const result of this.results.values()) bytes += result.bytes;
    for (const result of [...this.results.values()]) {
      if (this.results.size <= this.limits.count && bytes <= this.limits.bytes) break;
      if (result.id === keep || named.has(result.id)) continue;
      this.results.delete(result.id);
      bytes -= result.bytes;
      dropped.push(result);
    }
    return dropped;
  }
}

/** The table that holds a result, for SQL. */
export function resultTable(id: string): string {
  return `${RESULTS_DATABASE}.main.${quoteName(`r${id.slice(id.lastIndexOf('-') + 1)}`)}`;
}

/** SQL compares names without case. */
function key(name: string): string {
  return name.toLowerCase();
}

export function resultGone(id: string): DaybookError {
  return new DaybookError('result_gone', `The result ${id} is no longer in memory.`, {
    status: 410,
    action: 'Run the cell again.',
  });
}
