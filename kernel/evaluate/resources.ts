/** What `using` at the top of a cell holds, until the cell ends. */
export class Resources {
  readonly #held = new Map<number, Held[]>();

  /** Takes a value over for `cell` and returns it. Fails when it cannot be disposed of. */
  use<T>(cell: number, value: T, later: boolean): T {
    const dispose = disposerOf(value, later);
    if (dispose === undefined && !later) return value;
    const held = this.#held.get(cell) ?? [];
    held.push({ dispose, later });
    this.#held.set(cell, held);
    return value;
  }

  /** Disposes of all that a cell holds, the last first, whatever fails on the way. Fails with what failed. */
  async end(cell: number): Promise<void> {
    const held = this.#held.get(cell);
    if (held === undefined) return;
    this.#held.delete(cell);
    await disposeAllLater(held);
  }
}

/** Something to be disposed of; `later`: in its own time, which is awaited. */
export interface Held {
  readonly dispose: (() => unknown) | undefined;
  readonly later: boolean;
}

/** Disposes of all, the last first, whatever fails on the way. Fails with what failed. */
export function disposeAll(held: readonly Held[]): void {
  let failure: { error: unknown } | undefined;
  for (const { dispose } of held.toReversed()) {
    try {
      dispose?.();
    } catch (error) {
      failure = also(error, failure);
    }
  }
  if (failure !== undefined) throw failure.error;
}

/** As `disposeAll`, waiting for each that takes time. */
export async function disposeAllLater(held: readonly Held[]): Promise<void> {
  let failure: { error: unknown } | undefined;
  for (const { dispose, later } of held.toReversed()) {
    try {
      const done = dispose?.();
      if (later) await done;
    } catch (error) {
      failure = also(error, failure);
    }
  }
  if (failure !== undefined) throw failure.error;
}

function also(error: unknown, failure: { error: unknown } | undefined): { error: unknown } {
  return { error: failure === undefined ? error : suppressed(error, failure.error) };
}

/** `null` and `undefined` may stand in a `using`: there is nothing to do for them then. */
export function disposerOf(value: unknown, later: boolean): (() => unknown) | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'object' && typeof value !== 'function') throw notDisposable(later);
  const method: unknown =
    (later ? Reflect.get(value, Symbol.asyncDispose) : undefined) ?? Reflect.get(value, Symbol.dispose);
  if (typeof method !== 'function') throw notDisposable(later);
  return () => method.call(value);
}

function notDisposable(later: boolean): TypeError {
  const wanted = later ? '[Symbol.asyncDispose]() or [Symbol.dispose]()' : '[Symbol.dispose]()';
  return new TypeError(`What “${later ? 'await using' : 'using'}” is given must have a method ${wanted}.`);
}

type SuppressedErrorClass = new (error: unknown, suppressed: unknown, message?: string) => Error;

/** The language's SuppressedError, from where the engine has it or from here. */
const SuppressedError: SuppressedErrorClass =
  (globalThis as { SuppressedError?: SuppressedErrorClass }).SuppressedError ??
  class SuppressedError extends Error {
    static {
      Object.defineProperty(SuppressedError.prototype, 'name', {
        value: 'SuppressedError',
        writable: true,
        configurable: true,
      });
    }
    constructor(error: unknown, suppressed: unknown, message?: string) {
      super(message);
      Object.defineProperty(this, 'error', { value: error, writable: true, configurable: true });
      Object.defineProperty(this, 'suppressed', { value: suppressed, writable: true, configurable: true });
    }
  };

/** Both of two errors: `error` came while the way was already lost to `before`. */
export function suppressed(error: unknown, before: unknown): Error {
  return new SuppressedError(error, before, 'An error came while another one was on its way.');
}

/** Names of the newer language that this engine may lack; lowered code and users look for them. */
export function installNewer(): void {
  for (const name of ['dispose', 'asyncDispose', 'metadata'] as const) {
    if (name in Symbol) continue;
    Object.defineProperty(Symbol, name, { value: Symbol.for(`Symbol.${name}`) });
  }
  if (!('SuppressedError' in globalThis))
    Object.defineProperty(globalThis, 'SuppressedError', {
      value: SuppressedError,
      writable: true,
      configurable: true,
    });
}
