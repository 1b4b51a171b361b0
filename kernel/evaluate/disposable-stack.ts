import { disposeAll, disposeAllLater, disposerOf, type Held } from './resources.ts';

/**
 * The language's DisposableStack and AsyncDisposableStack for engines that lack them: things that
 * are given back together, the last first, whatever fails on the way. Names of methods, the errors
 * they fail with and what `move` leaves behind are those of the language.
 */
class DisposableStack {
  #held: Held[] | undefined = [];

  get disposed(): boolean {
    return this.#held === undefined;
  }

  use<T>(value: T): T {
    this.#open().push({ dispose: disposerOf(value, false), later: false });
    return value;
  }

  adopt<T>(value: T, onDispose: (value: T) => void): T {
    const held = this.#open();
    requireFunction(onDispose);
    held.push({ dispose: () => onDispose(value), later: false });
    return value;
  }

  defer(onDispose: () => void): void {
    const held = this.#open();
    requireFunction(onDispose);
    held.push({ dispose: () => onDispose(), later: false });
  }

  move(): DisposableStack {
    const moved = new DisposableStack();
    moved.#held = this.#open();
    this.#held = undefined;
    return moved;
  }

  dispose(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) disposeAll(held);
  }

  #open(): Held[] {
    if (this.#held === undefined) throw disposed('DisposableStack');
    return this.#held;
  }
}

/** See `DisposableStack`; what it disposes of is awaited. */
class AsyncDisposableStack {
  #held: Held[] | undefined = [];

  get disposed(): boolean {
    return this.#held === undefined;
  }

  use<T>(value: T): T {
    this.#open().push({ dispose: disposerOf(value, true), later: true });
    return value;
  }

  adopt<T>(value: T, onDispose: (value: T) => unknown): T {
    const held = this.#open();
    requireFunction(onDispose);
    held.push({ dispose: () => onDispose(value), later: true });
    return value;
  }

  defer(onDispose: () => unknown): void {
    const held = this.#open();
    requireFunction(onDispose);
    held.push({ dispose: () => onDispose(), later: true });
  }

  move(): AsyncDisposableStack {
    const moved = new AsyncDisposableStack();
    moved.#held = this.#open();
    this.#held = undefined;
    return moved;
  }

  async disposeAsync(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) await disposeAllLater(held);
  }

  #open(): Held[] {
    if (this.#held === undefined) throw disposed('AsyncDisposableStack');
    return this.#held;
  }
}

/** Puts those into the global scope that the engine lacks. The symbols have to be there. */
export function installStacks(): void {
  const kinds = [
    ['DisposableStack', DisposableStack, 'dispose', Symbol.dispose],
    ['AsyncDisposableStack', AsyncDisposableStack, 'disposeAsync', Symbol.asyncDispose],
  ] as const;
  for (const [name, kind, method, symbol] of kinds) {
    if (name in globalThis) continue;
    const value: unknown = Reflect.get(kind.prototype, method);
    Object.defineProperty(kind.prototype, symbol, { value, writable: true, configurable: true });
    Object.defineProperty(kind.prototype, Symbol.toStringTag, { value: name, configurable: true });
    Object.defineProperty(globalThis, name, { value: kind, writable: true, configurable: true });
  }
}

function requireFunction(value: unknown): void {
  if (typeof value !== 'function') throw new TypeError('What disposes must be a function.');
}

function disposed(name: string): ReferenceError {
  return new ReferenceError(`This ${name} is disposed of already.`);
}
