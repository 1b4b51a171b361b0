import { firstPlace } from './stack.ts';
import type { Thrown } from './thrown.ts';

/**
 * Where a cell threw what is no error: such a value has no stack, and under a hook on promises V8
 * does not know either. Compiled `throw` statements note it here. A text or number does not say
 * which `throw` it came from, so one that was caught is forgotten: better no place than a wrong one.
 */
const ofObjects = new WeakMap<object, Trace>();
const ofOthers = new Map<unknown, Trace>();
const MOST = 20;

/** Carries the stack of a `throw`, which becomes text only when somebody asks. */
class Trace extends Error {}

/** Called with every value that compiled code throws; gives it back. Never fails, whatever a cell made of the language. */
export function noteThrown<T>(value: T): T {
  const { stackTraceLimit } = Error;
  try {
    if (value instanceof Error) return value;
    Error.stackTraceLimit = 1;
    const trace = new Trace();
    Error.captureStackTrace(trace, noteThrown);
    if (isObject(value)) ofObjects.set(value, trace);
    else if (ofOthers.has(value) || ofOthers.size < MOST) ofOthers.set(value, trace);
  } catch {
    // A place is a help, no more.
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  return value;
}

/** Something was caught, or another cell begins. */
export function forgetThrown(): void {
  if (ofOthers.size > 0) ofOthers.clear();
}

/** The place of the `throw` that a value last came from, as far as that is certain. */
export function thrownAt(value: unknown): Thrown['at'] | undefined {
  return firstPlace(isObject(value) ? ofObjects.get(value) : ofOthers.get(value));
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
