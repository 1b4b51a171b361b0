/** One cell that was run. Sessions count the starts of kernels, lines the cells of one session. */
export interface HistoryEntry {
  readonly session: number;
  readonly line: number;
  readonly source: string;
  /** Its value as text; undefined when it had none. */
  readonly output: string | undefined;
}

/** Where the cells that were run are kept. */
export interface HistoryStore {
  /** Notes a cell as it begins; it is kept when this returns, whatever happens next. */
  begin(line: number, source: string): void;
  /** Notes the value of the cell `line` of this session. */
  end(line: number, output: string): void;
  /** What is recorded next belongs to a new session. */
  newSession(): void;
  /** The session of what is recorded now, also before anything is. */
  session(): Promise<number>;
  /** The sessions there are, ascending. */
  sessions(): Promise<readonly number[]>;
  /** The cells of one session in order; none when there is no such session. */
  read(session: number): Promise<readonly HistoryEntry[]>;
}

/** Characters kept of one source, and of one value. */
export const MOST_SOURCE = 100_000;
export const MOST_OUTPUT = 10_000;
