import { Console } from 'node:console';
import { DaybookError } from '@daybook/shared/errors/error';
import { html, md } from '../display/html.ts';
import type { MimeBundle } from '../protocol/wire.ts';
import { widgetLibrary } from '../widgets/library.ts';
import { type CellRun, currentRun } from './cell-run.ts';
import type { Checkpoints } from './checkpoints.ts';
import { type Comms, commApi } from './comms.ts';
import type { Control } from './control.ts';
import type { SendEvent } from './events.ts';
import type { Modules } from './modules.ts';
import { type Output, OutputStream } from './output.ts';

export interface GlobalsOptions {
  readonly send: SendEvent;
  readonly output: Output;
  readonly modules: Modules;
  readonly control: Control;
  readonly comms: Comms;
  /** How a value is shown. */
  readonly bundle: (run: CellRun, value: unknown) => MimeBundle | undefined | Promise<MimeBundle | undefined>;
  readonly checkpoints: Checkpoints;
}

/**
 * Puts into the global scope what cells find there beyond Node's own:
 * - `display(value, { id?, update? })` shows a value now; with `update`, it replaces what was
 *   shown under the same id.
 * - `page(value)` shows it in the pager of a console, or under the cell, once the cell has ended.
 * - `clearOutput({ wait? })` empties the cell's output, with `wait` once the next output comes.
 * - `html`, `md`: markup that shows itself, as tags or functions.
 * - `prompt(text, { password? })` asks the user and returns the answer; it blocks.
 * - `comm.open(target, data)`, `comm.registerTarget(target, handler)`: channels to the page.
 * - `widgets`: sliders, progress bars and other controls, `new widgets.IntSlider({ max: 10 })`.
 * - `require`, from the notebook's folder.
 *
 * Cells may declare these names for themselves.
 */
export function installGlobals(options: GlobalsOptions): void {
  const { send, output, modules, control, checkpoints, comms, bundle: bundleOf } = options;
  const show = (run: CellRun, data: MimeBundle | undefined, { id, update = false }: DisplayOptions) => {
    if (data !== undefined) output.display(run, data, { id: id === undefined ? undefined : String(id), update });
  };
  defineGlobal('display', (value: unknown, given?: DisplayOptions | null): undefined | Promise<void> => {
    const options = given ?? {};
    if (options.update === true && options.id === undefined) {
      throw new DaybookError('no_display_id', 'display(value, { update: true }) does not say what to replace.', {
        action: 'Give both outputs the same id: display(value, { id: "progress", update: true }).',
      });
    }
    const run = running();
    const bundle = value === undefined ? { 'text/plain': 'undefined' } : bundleOf(run, value);
    if (!(bundle instanceof Promise)) return void show(run, bundle, options);
    const shown = bundle.then((data) => show(run, data, options));
    run.hold(shown);
    return shown;
  });
  defineGlobal('page', (value: unknown): undefined | Promise<void> => {
    const run = running();
    const add = (data: MimeBundle | undefined) => void (data !== undefined && run.pages.push(data));
    const bundle = typeof value === 'string' ? { 'text/plain': value } : bundleOf(run, value);
    if (!(bundle instanceof Promise)) return void add(bundle);
    const added = bundle.then(add);
    run.hold(added);
    return added;
  });
  defineGlobal('clearOutput', (options?: { wait?: boolean } | null): void => {
    output.clear(running(), options?.wait === true);
  });
  defineGlobal('prompt', (text: unknown = '', { password = false }: { password?: boolean } = {}): string => {
    const run = running();
    if (!run.stdin) {
      throw new DaybookError('no_input', 'This notebook is run without anybody to answer prompt().', {
        action: 'Run the cell by hand, or give the value in the code.',
      });
    }
    output.flush();
    const asked = String(text).slice(0, MOST_PROMPT);
    return control.waitForInput(() => send({ type: 'input', id: run.id, prompt: asked, password: password === true }));
  });
  defineGlobal('html', html);
  defineGlobal('md', md);
  defineGlobal('comm', commApi(comms));
  defineGlobal(
    'widgets',
    widgetLibrary(comms, { echo: !/^(no|n|false|off|0|0\.0)$/i.test(process.env.JUPYTER_WIDGETS_ECHO ?? '') }),
  );
  defineGlobal('require', modules.require);
  installStreams(output);
  installTimers(checkpoints);
  installFetch();
}

/** Characters of a question. */
const MOST_PROMPT = 10_000;

export interface DisplayOptions {
  readonly id?: string;
  readonly update?: boolean;
}

/** The cell that asks. Fails with `no_cell`. */
export function running(): CellRun {
  const run = currentRun();
  if (run === undefined) throw new DaybookError('no_cell', 'No cell is running.');
  return run;
}

/** A global that cells may replace and that no list of the user's names shows. */
export function defineGlobal(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
}

function installStreams(output: Output): void {
  const stdout = new OutputStream(output, 'stdout');
  const stderr = new OutputStream(output, 'stderr');
  Object.defineProperty(process, 'stdout', { value: stdout, configurable: true, enumerable: true });
  Object.defineProperty(process, 'stderr', { value: stderr, configurable: true, enumerable: true });
  defineGlobal('console', new Console({ stdout, stderr, ignoreErrors: false }));
}

/**
 * Timers that a cell starts end when it is interrupted. They look for themselves as well: the
 * interrupt may come between a timer's start and the note of whose it is.
 */
function installTimers(checkpoints: Checkpoints): void {
  for (const name of ['setTimeout', 'setInterval', 'setImmediate'] as const) {
    const original = globalThis[name] as (...parameters: unknown[]) => NodeJS.Timeout;
    const wrapped = (callback: unknown, ...parameters: unknown[]) => {
      const run = currentRun();
      if (run === undefined || typeof callback !== 'function') return original(callback, ...parameters);
      const since = checkpoints.at[0] ?? 0;
      const timer = original(
        function tick(this: NodeJS.Timeout, ...values: unknown[]) {
          if (run.interrupted !== undefined && since < run.interrupted) clearInterval(this);
          else callback.apply(this, values);
        },
        ...parameters,
      );
      run.own(timer);
      return timer;
    };
    // `util.promisify` finds its own version of a timer among the properties.
    Object.defineProperties(wrapped, { ...Object.getOwnPropertyDescriptors(original) });
    defineGlobal(name, wrapped);
  }
}

/** Downloads that a cell waits for end when it is interrupted. */
function installFetch(): void {
  const original = globalThis.fetch;
  const wrapped: typeof fetch = async (input, init) => {
    const cell = currentRun()?.signal;
    if (cell === undefined || cell.aborted) return original(input, init);
    const own = new AbortController();
    const abort = () => own.abort(cell.reason);
    cell.addEventListener('abort', abort, { once: true });
    const given = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    const signal = given === undefined ? own.signal : AbortSignal.any([own.signal, given]);
    try {
      return await original(input, { ...init, signal });
    } finally {
      cell.removeEventListener('abort', abort);
    }
  };
  defineGlobal('fetch', Object.defineProperty(wrapped, 'name', { value: 'fetch' }));
}
