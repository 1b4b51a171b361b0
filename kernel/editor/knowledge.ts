import type { Catalog, SqlAssist, SqlFunction } from '@daybook/shared/results/catalog';
import type { ResultColumn } from '@daybook/shared/results/window';
import type { DataChannel } from '../data/channel.ts';
import type { SqlKnowledge } from '../language/sql/knowledge.ts';
import type { TableColumns, VisibleName } from '../language/thread.ts';

/** How long an answer of the data engine is waited for, in ms: a kernel may be starting or out of memory. */
const PATIENCE_MS = 1_500;
/** How long types wait for the columns of results. */
const SHORT_MS = 150;

const NOTHING: Catalog = { tables: [], files: [] };

/** What the kernel's data engine knows, remembered until a cell has run. */
export class EngineKnowledge {
  readonly #data: () => Promise<DataChannel>;
  #catalog: Promise<Catalog> | undefined;
  #last = NOTHING;
  #slow: Promise<Catalog> | undefined;
  #functions: Promise<readonly SqlFunction[]> | undefined;
  #columns = new Map<string, ResultColumn[]>();

  constructor(data: () => Promise<DataChannel>) {
    this.#data = data;
  }

  /** A cell has run: tables may be others. */
  changed(): void {
    this.#catalog = undefined;
    this.#columns = new Map();
  }

  /** A new engine has nothing of the old one. */
  restarted(): void {
    this.changed();
    this.#last = NOTHING;
    this.#functions = undefined;
  }

  /** For help with SQL, with the names that the notebook's cells above have. */
  forSql(names: () => Promise<readonly VisibleName[]>): SqlKnowledge {
    return {
      catalog: () => within(PATIENCE_MS, this.#read(), this.#last),
      functions: () => within(PATIENCE_MS, this.#allFunctions(), []),
      assist: async ({ describe, ...more }) => {
        const asked = describe.filter((query) => !this.#columns.has(query));
        const { before, parse = [] } = more;
        const nothing: SqlAssist = { keywords: [], columns: asked.map(() => null), problems: parse.map(() => null) };
        const ask = async () => (await this.#data()).assist({ ...more, describe: asked });
        const idle = before === undefined && asked.length === 0 && parse.length === 0;
        const found = idle ? nothing : await within(PATIENCE_MS, ask(), nothing);
        for (const [index, query] of asked.entries()) {
          const columns = found.columns[index];
          if (columns !== null && columns !== undefined) this.#columns.set(query, columns);
        }
        return { ...found, columns: describe.map((query) => this.#columns.get(query) ?? null) };
      },
      names,
    };
  }

  /** Columns of the named results, as far as they are known in a moment. */
  async tables(): Promise<TableColumns> {
    const reading = this.#read();
    // One that kept somebody waiting in vain is not waited for again.
    const known = this.#slow === reading ? undefined : await within<Catalog | undefined>(SHORT_MS, reading, undefined);
    if (known === undefined) this.#slow = reading;
    const { tables } = known ?? this.#last;
    return Object.fromEntries(tables.map(({ name, columns }) => [name, columns]));
  }

  #read(): Promise<Catalog> {
    this.#catalog ??= this.#ask();
    return this.#catalog;
  }

  async #ask(): Promise<Catalog> {
    try {
      this.#last = await (await this.#data()).catalog();
      return this.#last;
    } catch (error) {
      this.#catalog = undefined;
      throw error;
    }
  }

  #allFunctions(): Promise<readonly SqlFunction[]> {
    this.#functions ??= this.#data()
      .then((data) => data.functions())
      .catch((error: unknown) => {
        this.#functions = undefined;
        throw error;
      });
    return this.#functions;
  }
}

/** The answer, or `otherwise` when there is none in time. */
export async function within<T>(ms: number, answer: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), ms);
    timer.unref();
  });
  try {
    return await Promise.race([answer, late]);
  } catch {
    // Help that cannot be given is no failure of what is being written.
    return otherwise;
  } finally {
    clearTimeout(timer);
  }
}
