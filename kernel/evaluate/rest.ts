/** Rest after the last cell until memory is given back, in ms. */
const REST_MS = 3_000;
/** Bytes of JavaScript objects beyond which collecting takes long enough to be felt by a cell that begins. */
const MOST_BYTES = 24 * 1024 * 1024;

export interface RestOptions {
  /** Frees what is not used, at once. */
  readonly collect: () => void;
  /** Whether no cell runs. */
  readonly idle: () => boolean;
  readonly used?: () => number;
  readonly restMs?: number;
}

/**
 * Gives memory back when a kernel rests: cells leave garbage behind, and the engine keeps the room
 * it had for it until something makes it collect, which in a kernel that does nothing never comes.
 */
export class Rest {
  readonly #options: Required<RestOptions>;
  #timer: NodeJS.Timeout | undefined;

  constructor({ used = () => process.memoryUsage().heapUsed, restMs = REST_MS, ...options }: RestOptions) {
    this.#options = { ...options, used, restMs };
  }

  /** A cell begins. */
  end(): void {
    timers.clearTimeout(this.#timer);
  }

  /** A cell has ended. */
  begin(): void {
    this.end();
    this.#timer = timers.setTimeout(() => {
      const { collect, idle, used } = this.#options;
      if (idle() && used() < MOST_BYTES) collect();
    }, this.#options.restMs);
    this.#timer.unref();
  }
}

/** The real ones: cells may replace the globals. */
const timers = { setTimeout, clearTimeout };
