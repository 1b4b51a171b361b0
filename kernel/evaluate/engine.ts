import { type Runtime, Session } from 'node:inspector';
import type { Place } from '@daybook/cells/typescript/lines';

/**
 * V8's own evaluator on this thread, through the inspector. Calls run synchronously up to the
 * script's first `await`, inside the caller's async context. An evaluation that was terminated
 * never settles: whoever terminated it ends the cell.
 */
export class Engine {
  readonly #session = new Session();

  readonly #onReturn: () => void;
  #starting: Set<object> | undefined;
  readonly #running = new Set<Set<object>>();

  /** `onReturn` is called when a script hands over to the kernel, before anything else runs. */
  constructor(onReturn: () => void) {
    this.#onReturn = onReturn;
    this.#session.connect();
  }

  /**
   * Runs a script in REPL mode to its end. Rejects with what it threw; `onThrown` is told before
   * where in the script that was, when the engine knows.
   */
  run(code: string, onThrown: (place: Place) => void): Promise<void> {
    const promises = new Set<object>();
    this.#running.add(promises);
    return new Promise((resolve, reject) => {
      const options = { expression: code, replMode: true, awaitPromise: true, objectGroup: 'cell', silent: true };
      this.#starting = promises;
      this.#session.post('Runtime.evaluate', options, (error, outcome: Runtime.EvaluateReturnType) => {
        this.#running.delete(promises);
        this.#onReturn();
        if (error !== null) {
          // Node 22 and later say of a termination no more than this; should it be something else, nobody
          // else ends the cell.
          if (INTERNAL.test(error.message)) setTimeout(() => reject(new Error(error.message)), 1_000);
          else if (!TERMINATED.test(error.message)) reject(new Error(error.message));
          return;
        }
        const thrown = outcome.exceptionDetails;
        if (thrown === undefined) resolve();
        else {
          const { lineNumber: line, columnNumber: column } = thrown;
          // Under a hook on promises V8 knows the place of an error only; it says 0:0 of other values.
          if (line > 0 || column > 0) onThrown({ line: line + 1, column: column + 1 });
          reject(this.#take(thrown.exception));
        }
        this.#session.post('Runtime.releaseObjectGroup', { objectGroup: 'cell' });
      });
      this.#starting = undefined;
    });
  }

  /**
   * To be told of every promise that is made. The first one of a script is the script's own, which
   * is held until it settles: of a promise that nobody holds (its cell waits for ever) V8 tells in
   * the middle of a garbage collection, and Node 22 ends the process over it.
   */
  onPromise(promise: object): void {
    this.#starting?.add(promise);
    this.#starting = undefined;
  }

  /**
   * The value of an expression, only if reading it changes nothing: `found: false` when it throws,
   * waits, or would have side effects.
   */
  peek(expression: string): { readonly found: boolean; readonly value: unknown } {
    let result: { found: boolean; value: unknown } = { found: false, value: undefined };
    const options = { expression, throwOnSideEffect: true, silent: true, objectGroup: 'peek', timeout: 500 };
    this.#session.post('Runtime.evaluate', options, (error, outcome: Runtime.EvaluateReturnType) => {
      if (error === null && outcome.exceptionDetails === undefined)
        result = { found: true, value: this.#take(outcome.result) };
    });
    this.#session.post('Runtime.releaseObjectGroup', { objectGroup: 'peek' });
    return result;
  }

  /** The value of a top-level name, running getters. Throws what reading it throws. */
  read(name: string): unknown {
    let result: unknown;
    let failure: unknown;
    this.#session.post(
      'Runtime.evaluate',
      { expression: name, silent: true, objectGroup: 'peek' },
      (error, outcome) => {
        if (error !== null) failure = error;
        else if (outcome.exceptionDetails !== undefined) failure = this.#take(outcome.exceptionDetails.exception);
        else result = this.#take(outcome.result);
      },
    );
    this.#session.post('Runtime.releaseObjectGroup', { objectGroup: 'peek' });
    if (failure !== undefined) throw failure;
    return result;
  }

  /** Ends the JavaScript that runs on this thread now, at its next call or loop. */
  terminate(): void {
    this.#session.post('Runtime.terminateExecution');
  }

  /** Frees all that nothing refers to, and the room kept for it. */
  collect(): void {
    this.#session.post('HeapProfiler.collectGarbage');
  }

  /** Names declared by cells with `let`, which is all of them. */
  lexicalNames(): readonly string[] {
    let names: readonly string[] = [];
    this.#session.post('Runtime.globalLexicalScopeNames', {}, (error, outcome) => {
      if (error === null) names = outcome.names;
    });
    return names;
  }

  /** Gives an existing top-level name a new value. */
  assign(name: string, value: unknown): void {
    slot = value;
    this.#session.post('Runtime.evaluate', {
      expression: `${name} = ${TAKE}.value()`,
      silent: true,
      objectGroup: 'peek',
    });
    this.#session.post('Runtime.releaseObjectGroup', { objectGroup: 'peek' });
    slot = undefined;
  }

  /** The value itself behind the inspector's description of it. */
  #take(remote: Runtime.RemoteObject | undefined): unknown {
    if (remote === undefined) return undefined;
    if (remote.objectId === undefined) return primitive(remote);
    slot = undefined;
    this.#session.post('Runtime.callFunctionOn', {
      objectId: remote.objectId,
      functionDeclaration: `function (value) { ${TAKE}.give(value); }`,
      arguments: [{ objectId: remote.objectId }],
      silent: true,
    });
    const value = slot;
    slot = undefined;
    return value;
  }
}

const INTERNAL = /-32603/;
const TERMINATED = /terminated|destroyed|promise was collected/i;

/** Where values cross from evaluated code to ours and back. Reached from scripts through `TAKE`. */
let slot: unknown;
const TAKE = "globalThis[Symbol.for('daybook.slot')]";
Object.defineProperty(globalThis, Symbol.for('daybook.slot'), {
  value: Object.freeze({
    give: (value: unknown) => {
      slot = value;
    },
    value: () => slot,
  }),
});

function primitive({ type, value, unserializableValue: text }: Runtime.RemoteObject): unknown {
  if (text === undefined) return value;
  return type === 'bigint' ? BigInt(text.slice(0, -1)) : Number(text);
}
