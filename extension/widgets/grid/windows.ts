/** A window that could not be loaded, with what was thrown. */
export interface WindowFailure {
  readonly index: number;
  readonly error: unknown;
}

export interface WindowCacheOptions<T> {
  /** Loads window `index`; must honour `signal`. */
  readonly load: (index: number, signal: AbortSignal) => Promise<T>;
  /** Called after a window arrived or failed. */
  readonly onChange: () => void;
  /** Windows kept; the least recently read go first. */
  readonly capacity?: number;
  /** Requests in flight at once. */
  readonly parallel?: number;
}

/**
 * Windows of one result under one sort and filter. `want` names the windows needed now, most
 * urgent first: it starts what is missing up to the limit and cancels what is no longer wanted.
 * A failed window stays failed (and is not asked for again) until `retry`.
 */
export class WindowCache<T> {
  readonly #load: (index: number, signal: AbortSignal) => Promise<T>;
  readonly #onChange: () => void;
  readonly #capacity: number;
  readonly #parallel: number;
  readonly #held = new Map<number, T>();
  readonly #flying = new Map<number, AbortController>();
  #wanted: readonly number[] = [];
  #failure: WindowFailure | undefined;
  #disposed = false;

  constructor({ load, onChange, capacity = 32, parallel = 2 }: WindowCacheOptions<T>) {
    this.#load = load;
    this.#onChange = onChange;
    this.#capacity = capacity;
    this.#parallel = parallel;
  }

  /** Window `index` if it is here; marks it as recently read. */
  get(index: number): T | undefined {
    const found = this.#held.get(index);
    if (found !== undefined) {
      this.#held.delete(index);
      this.#held.set(index, found);
    }
    return found;
  }

  /** Puts in a window that came by another way. */
  put(index: number, window: T): void {
    this.#held.set(index, window);
  }

  /** Requests in flight. */
  get busy(): number {
    return this.#flying.size;
  }

  get size(): number {
    return this.#held.size;
  }

  get failure(): WindowFailure | undefined {
    return this.#failure;
  }

  want(indices: readonly number[]): void {
    if (this.#disposed) return;
    this.#wanted = indices;
    for (const [index, controller] of this.#flying) {
      if (indices.includes(index)) continue;
      this.#flying.delete(index);
      controller.abort();
    }
    if (this.#failure !== undefined && !indices.includes(this.#failure.index)) this.#failure = undefined;
    this.#start();
  }

  /** Asks again for what failed. */
  retry(): void {
    this.#failure = undefined;
    this.#start();
  }

  /** Cancels everything; nothing is called back afterwards. */
  dispose(): void {
    this.#disposed = true;
    for (const controller of this.#flying.values()) controller.abort();
    this.#flying.clear();
    this.#held.clear();
  }

  #start(): void {
    for (const index of this.#wanted) {
      if (this.#flying.size >= this.#parallel || this.#failure !== undefined) return;
      if (!this.#held.has(index) && !this.#flying.has(index)) void this.#fetch(index);
    }
  }

  async #fetch(index: number): Promise<void> {
    const controller = new AbortController();
    this.#flying.set(index, controller);
    try {
      const window = await this.#load(index, controller.signal);
      if (controller.signal.aborted) return;
      this.#held.set(index, window);
      while (this.#held.size > this.#capacity) {
        const [oldest] = this.#held.keys();
        if (oldest === undefined) break;
        this.#held.delete(oldest);
      }
    } catch (error) {
      if (controller.signal.aborted) return;
      this.#failure = { index, error };
    }
    this.#flying.delete(index);
    this.#start();
    this.#onChange();
  }
}
