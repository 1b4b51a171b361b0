import { existsSync } from 'node:fs';
import { isBuiltin, register } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { DaybookError } from '@daybook/shared/errors/error';
import { currentRun } from './cell-run.ts';
import { CommonJs } from './commonjs.ts';
import { localFile } from './local-file.ts';
import { entryUrl, type FileMap, type HooksData, type Stale } from './module-messages.ts';
import { onFileAsked, rememberFile } from './scripts.ts';
import { tsconfigCandidates } from './tsconfig-paths.ts';
import { isWorkspaceFile } from './workspace-file.ts';

/**
 * Imports in cells. A name is looked for in what tsconfig.json says, then as a Node module, then in
 * the notebook's own folder and the `node_modules` above it, then among the kernel's packages
 * (apache-arrow). A file that changed since its last import is loaded anew, with the files that
 * import it. TypeScript files work.
 */
export class Modules {
  readonly #base: string;
  readonly require: NodeJS.Require;
  readonly #commonjs: CommonJs;
  /** Towards the module hooks, once they are registered. */
  #hooks: MessagePort | undefined;
  #entries = 0;
  /** Files whose last import failed. */
  readonly #failed = new Set<string>();

  /** `cwd`: the notebook's folder, absolute. */
  constructor(cwd: string) {
    const file = join(cwd, 'notebook.js');
    this.#base = pathToFileURL(file).href;
    this.#commonjs = new CommonJs(file, (stale) => this.#hooks?.postMessage({ stale } satisfies Stale));
    this.require = this.#commonjs.require;
  }

  /** What stands behind `import.meta` in a cell. */
  get meta(): Record<string, unknown> {
    const file = fileURLToPath(this.#base);
    return {
      url: this.#base,
      filename: file,
      dirname: join(file, '..'),
      resolve: (name: string) => this.resolve(name),
    };
  }

  /** `import(...)` in a cell. */
  async import(specifier: unknown, options?: { with?: Record<string, string> }): Promise<Record<string, unknown>> {
    const name = String(specifier);
    const url = this.resolve(name);
    if (url === 'node:timers/promises') return cancellableTimers(await import(url));
    refuseUnknown(name, url);
    const attributes = options?.with ?? (url.endsWith('.json') ? { type: 'json' } : {});
    if (!isWorkspaceFile(url)) return import(url, { with: attributes });
    return this.#importFile(url, attributes);
  }

  async #importFile(url: string, attributes: Record<string, string>): Promise<Record<string, unknown>> {
    this.#learnFiles();
    this.#commonjs.refresh();
    this.#entries += 1;
    try {
      const module = await import(entryUrl(url, this.#entries, this.#failed.has(url)), { with: attributes });
      this.#failed.delete(url);
      return module;
    } catch (error) {
      this.#failed.add(url);
      throw error;
    } finally {
      this.#commonjs.note();
    }
  }

  /** `import … from` in a cell: like `import`, and every name in `wanted` must be there. */
  async load(
    specifier: string,
    wanted: readonly string[],
    attributes: Record<string, string>,
  ): Promise<Record<string, unknown>> {
    const module = await this.import(specifier, Object.keys(attributes).length > 0 ? { with: attributes } : undefined);
    const missing = wanted.filter((name) => !(name in module));
    if (missing.length === 0) return module;
    const { default: whole } = module;
    if (
      (typeof whole === 'object' || typeof whole === 'function') &&
      whole !== null &&
      missing.every((name) => name in whole)
    ) {
      return { ...module, ...Object.fromEntries(missing.map((name) => [name, Reflect.get(whole, name)])) };
    }
    throw new SyntaxError(`The module “${specifier}” has no export named “${missing.join('”, “')}”.`);
  }

  /** The URL an import leads to. Fails with `module_not_found`. */
  resolve(name: string): string {
    if (isBuiltin(name)) return name.startsWith('node:') ? name : `node:${name}`;
    if (/^(file|data):/.test(name)) return name;
    if (/^\.{0,2}\//.test(name)) return this.#file(name);
    if (/^[a-z][a-z+.-]*:/i.test(name) && !name.startsWith('#')) {
      throw new DaybookError('module_not_found', `“${name}” cannot be imported: cells import files and npm packages.`, {
        action: 'Download the file into the workspace, or install the package with npm.',
      });
    }
    const mapped = tsconfigCandidates(name, dirname(fileURLToPath(this.#base))).flatMap(
      (path) => localFile(path) ?? [],
    );
    if (mapped[0] !== undefined) return pathToFileURL(mapped[0]).href;
    const places = [
      () => import.meta.resolve(name, this.#base),
      () => pathToFileURL(this.require.resolve(name)).href,
      () => import.meta.resolve(name),
    ];
    for (const place of places) {
      const url = found(place);
      if (url !== undefined) return url;
    }
    throw new DaybookError('module_not_found', `The package “${name}” is not installed.`, {
      action: `Run “npm install ${name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/')}” in ${fileURLToPath(new URL('.', this.#base))}.`,
    });
  }

  #file(name: string): string {
    const file = localFile(fileURLToPath(new URL(name, this.#base)));
    if (file === undefined) {
      throw new DaybookError('module_not_found', `There is no file “${name}” to import.`, {
        action: `Paths start at the notebook's folder, ${fileURLToPath(new URL('.', this.#base))}.`,
      });
    }
    return pathToFileURL(file).href;
  }

  #learnFiles(): void {
    if (this.#hooks !== undefined) return;
    const { port1, port2 } = new MessageChannel();
    port1.unref();
    this.#hooks = port1;
    onFileAsked(() => {
      for (let heard = receiveMessageOnPort(port1); heard !== undefined; heard = receiveMessageOnPort(port1)) {
        const { url, mappings } = heard.message as FileMap;
        rememberFile(url, mappings);
      }
    });
    register<HooksData>(pathToFileURL(join(import.meta.dirname, 'module-hooks.js')), {
      data: { port: port2 },
      transferList: [port2],
    });
  }
}

/** What to do with files that are no modules. */
const NO_MODULES: Readonly<Record<string, string>> = {
  '.wasm': 'Read it with readFileSync from "node:fs" and give it to WebAssembly.instantiate.',
  '.css': 'Show it with html`<style>…</style>`.',
  '.csv': "Query it in a %%sql cell: select * from 'file.csv'.",
  '.parquet': "Query it in a %%sql cell: select * from 'file.parquet'.",
  '.sql': 'Paste the query into a %%sql cell.',
  '.ipynb': 'Move what both notebooks need into a .ts file and import that.',
  '.py': 'Run it with a Python kernel.',
};

function refuseUnknown(name: string, url: string): void {
  if (!url.startsWith('file:')) return;
  const ending = extname(new URL(url).pathname);
  const action = NO_MODULES[ending];
  if (action === undefined) return;
  throw new DaybookError('no_module', `“${name}” cannot be imported: a ${ending} file is no module.`, { action });
}

function found(place: () => string): string | undefined {
  try {
    const url = place();
    return url.startsWith('file:') && !existsSync(fileURLToPath(url)) ? undefined : url;
  } catch {
    // Not there: the next place is tried, and the last failure is told in the user's terms.
    return undefined;
  }
}

/** `node:timers/promises` whose waits end when the cell that waits is interrupted. */
function cancellableTimers(module: typeof import('node:timers/promises')): Record<string, unknown> {
  const withSignal = <O extends { signal?: AbortSignal }>(options?: O): O => {
    const own = currentRun()?.signal;
    // What an interrupted cell still does waits as anywhere else: failing at once would make a busy loop of it.
    const signals = [own?.aborted === true ? undefined : own, options?.signal].filter((signal) => signal !== undefined);
    return { ...options, signal: AbortSignal.any(signals) } as O;
  };
  const timers = {
    setTimeout: <T>(delay?: number, value?: T, options?: { signal?: AbortSignal }) =>
      module.setTimeout(delay, value, withSignal(options)),
    setImmediate: <T>(value?: T, options?: { signal?: AbortSignal }) => module.setImmediate(value, withSignal(options)),
    setInterval: <T>(delay?: number, value?: T, options?: { signal?: AbortSignal }) =>
      module.setInterval(delay, value, withSignal(options)),
    scheduler: module.scheduler,
  };
  return { ...timers, default: timers };
}
