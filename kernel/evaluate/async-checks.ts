import { type AsyncHook, createHook } from 'node:async_hooks';
import { createRequire } from 'node:module';

/**
 * Node checks that every callback leaves the stack of async ids as it found it, and ends the
 * process otherwise. Terminating a cell inside a timer leaves ids behind, harmlessly. The checks
 * are switched by two counters, which every hook and AsyncLocalStorage raises; this lowers them again.
 * `--no-force-async-hooks-checks` alone does not help once a hook exists. Node 24 and later give the
 * counters to nobody but `--expose-internals`, with which executors are started there.
 */
export function relaxAsyncChecks(): void {
  relax();
  // Whatever enables a hook later, a cell's own AsyncLocalStorage too, raises them again.
  const prototype = Object.getPrototypeOf(createHook({})) as { enable: (this: AsyncHook) => AsyncHook };
  const { enable } = prototype;
  prototype.enable = function enableRelaxed() {
    enable.call(this);
    relax();
    return this;
  };
}

function relax(): void {
  const binding = asyncBinding();
  const { kTotals, kCheck } = binding?.constants ?? {};
  if (binding === undefined || kTotals === undefined || kCheck === undefined) return;
  binding.async_hook_fields[kTotals] = 0;
  binding.async_hook_fields[kCheck] = 0;
}

/** Forgets ids that a terminated callback left behind. Call at the top of a callback only. */
export function clearAsyncStack(): void {
  asyncBinding()?.clearAsyncIdStack?.();
}

/**
 * Calls `look` whenever something asynchronous begins, in libraries too: a promise, a timer, a
 * request. It must be quick and must not throw.
 */
export function watchAsync(look: (type: string, resource: object) => void): void {
  createHook({ init: (_id, type, _trigger, resource) => look(type, resource) }).enable();
}

interface AsyncBinding {
  readonly async_hook_fields: Uint32Array;
  readonly constants: Readonly<Record<string, number | undefined>>;
  readonly clearAsyncIdStack?: () => void;
}

let found: AsyncBinding | undefined;
let missing = false;

function asyncBinding(): AsyncBinding | undefined {
  if (found === undefined && !missing) found = quietly(() => publicBinding() ?? internalBinding());
  missing = found === undefined;
  return found;
}

function publicBinding(): AsyncBinding | undefined {
  const { binding } = process as unknown as { binding?: (name: string) => AsyncBinding };
  try {
    return binding?.call(process, 'async_wrap');
  } catch {
    // Node 24 and later keep it to themselves.
    return undefined;
  }
}

function internalBinding(): AsyncBinding | undefined {
  try {
    const { internalBinding: get } = createRequire(import.meta.url)('internal/test/binding');
    return get('async_wrap') as AsyncBinding;
  } catch {
    // Without `--expose-internals`: an interrupt may then cost the variables.
    return undefined;
  }
}

/** Without the warnings that asking for a binding costs: nobody here can heed them. */
function quietly<T>(work: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return work();
  } finally {
    process.emitWarning = emitWarning;
  }
}
