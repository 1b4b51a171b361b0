import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { Session } from 'node:inspector';
import { Socket } from 'node:net';
import { Duplex, Readable, Writable } from 'node:stream';
import { inspect } from 'node:util';

/**
 * What the language and Node themselves offer, as it was before the first cell. Cells share their
 * realm with the kernel, so `Array.prototype.push = 5` would end both. Replacing one function by
 * another (a polyfill, a mock) is left alone; what is gone, or no function any more, is put back.
 */
export interface Intrinsics {
  /** Puts back what is broken. Cheap: called whenever user code hands over to the kernel. */
  restore(): void;
  /** Names of what was put back since the last call. */
  takeRestored(): string[];
}

interface Entry {
  readonly holder: object;
  readonly key: PropertyKey;
  readonly value: unknown;
  readonly name: string;
  /** Undefined where the holder inherits it. */
  readonly descriptor: PropertyDescriptor | undefined;
  /** Node keeps some globals behind a getter and a setter of its own. */
  readonly set?: boolean;
}

/** Keys that, on the prototype of everything, break JSON and promises for all code. */
const POISON = new Set<PropertyKey>(['toJSON', 'then']);

export function rememberIntrinsics(): Intrinsics {
  // Captured: nothing below may depend on what it repairs.
  const { getOwnPropertyDescriptor, defineProperty, deleteProperty, ownKeys, set } = Reflect;
  const entries = remember();
  const prototypes = [
    { holder: Object.prototype, name: 'Object.prototype', keys: ownKeys(Object.prototype).length },
    { holder: Array.prototype, name: 'Array.prototype', keys: ownKeys(Array.prototype).length },
  ] as const;
  let restored: string[] = [];

  const note = (name: string) => {
    defineProperty(restored, restored.length, { value: name, writable: true, configurable: true, enumerable: true });
  };
  const putBack = ({ holder, key, value, descriptor, name, set: byValue }: Entry) => {
    const done = byValue
      ? set(holder, key, value)
      : descriptor === undefined
        ? deleteProperty(holder, key)
        : defineProperty(holder, key, descriptor);
    if (done) note(name);
  };
  return {
    restore() {
      for (let index = 0; index < entries.length; index += 1) {
        const entry = entries[index] as Entry;
        const getter = entry.descriptor?.get;
        if (getter !== undefined) {
          const now = getOwnPropertyDescriptor(entry.holder, entry.key);
          if (now?.get === getter || (now !== undefined && 'value' in now && isUsable(now.value))) continue;
          putBack(entry);
          continue;
        }
        let current: unknown;
        try {
          current = (entry.holder as Record<PropertyKey, unknown>)[entry.key];
        } catch {
          // A getter of the user's that fails is as good as nothing there.
        }
        if (current === entry.value || isStandIn(current, entry.value)) continue;
        putBack(entry);
      }
      for (let index = 0; index < prototypes.length; index += 1) {
        const { holder, name, keys: before } = prototypes[index] as (typeof prototypes)[number];
        const keys = ownKeys(holder);
        if (keys.length <= before) continue;
        for (let at = 0; at < keys.length; at += 1) {
          const key = keys[at] as PropertyKey;
          if (isPoison(key) && deleteProperty(holder, key)) note(`${name}.${key as string}`);
        }
      }
    },
    takeRestored() {
      const names = restored;
      restored = [];
      return names;
    },
  };
}

/** An index on a prototype hides the holes of all arrays, and may take what is written to them. */
function isPoison(key: PropertyKey): boolean {
  return typeof key === 'string' && (key === 'toJSON' || key === 'then' || (key >= '0' && key <= '9~'));
}

function isUsable(value: unknown): boolean {
  return typeof value === 'function' || (typeof value === 'object' && value !== null);
}

function isStandIn(current: unknown, original: unknown): boolean {
  return typeof current === typeof original && current !== null;
}

function remember(): Entry[] {
  const entries: Entry[] = [];
  const add = (holder: object, key: PropertyKey, name: string) => {
    const descriptor = Object.getOwnPropertyDescriptor(holder, key);
    if (descriptor?.configurable === false && descriptor.writable !== true) return;
    if (descriptor?.get !== undefined) entries.push({ holder, key, value: undefined, name, descriptor });
    else entries.push({ holder, key, value: Reflect.get(holder, key), name, descriptor });
  };
  const addAll = (holder: object, path: string) => {
    for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
      if (typeof value === 'function' && !POISON.has(key)) add(holder, key, `${path}.${key}`);
    }
    for (const symbol of [Symbol.iterator, Symbol.asyncIterator, Symbol.replace, Symbol.split, Symbol.match] as const) {
      if (Object.hasOwn(holder, symbol)) add(holder, symbol, `${path}[${symbol.description}]`);
    }
  };
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const descriptor = Object.getOwnPropertyDescriptor(globalThis, name);
    const value: unknown = BEHIND_GETTER.has(name) ? Reflect.get(globalThis, name) : descriptor?.value;
    if (descriptor?.get === undefined && typeof value !== 'function' && (typeof value !== 'object' || value === null))
      continue;
    if (BEHIND_GETTER.has(name))
      entries.push({
        holder: globalThis,
        key: name,
        value,
        name: `globalThis.${name}`,
        descriptor: undefined,
        set: true,
      });
    else add(globalThis, name, `globalThis.${name}`);
    if (!LANGUAGE.has(name) || value === undefined) continue;
    addAll(value as object, name);
    const { prototype } = value as { prototype?: object };
    if (prototype !== undefined) addAll(prototype, `${name}.prototype`);
  }
  entries.push({
    holder: Promise.prototype,
    key: 'then',
    value: Promise.prototype.then,
    name: 'Promise.prototype.then',
    descriptor: Object.getOwnPropertyDescriptor(Promise.prototype, 'then'),
  });
  for (const Class of [AsyncLocalStorage, EventEmitter, Session, Socket, Duplex, Readable, Writable]) {
    addAll(Class.prototype, `${Class.name}.prototype`);
  }
  for (const key of [
    'nextTick',
    'emit',
    'on',
    'off',
    'cwd',
    'hrtime',
    'memoryUsage',
    'stdout',
    'stderr',
    'env',
  ] as const) {
    add(process, key, `process.${key}`);
  }
  for (const stream of ['stdout', 'stderr'] as const) add(process[stream], 'write', `process.${stream}.write`);
  add(Error, 'prepareStackTrace', 'Error.prepareStackTrace');
  add(inspect, 'custom', 'util.inspect.custom');
  return entries;
}

const BEHIND_GETTER = new Set(['process', 'Buffer', 'performance']);

/** Globals whose own functions the kernel, or anything it is built on, calls. */
const LANGUAGE = new Set(
  'Object Function Array Number Boolean String Symbol BigInt Math JSON Reflect Promise Date RegExp Error Map Set WeakMap WeakSet WeakRef ArrayBuffer SharedArrayBuffer DataView Uint8Array Int32Array Float64Array BigInt64Array Atomics Buffer AbortController AbortSignal EventTarget TextEncoder TextDecoder URL'.split(
    ' ',
  ),
);
