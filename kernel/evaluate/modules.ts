import { existsSync, statSync } from 'node:fs';
import { createRequire, isBuiltin, register } from 'node:module';
import { extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DaybookError } from '@daybook/shared/errors/error';
import { currentRun } from './cell-run.ts';

/**
 * Imports in cells. A name is looked for as a Node module, then in the notebook's own folder and
 * the `node_modules` above it, then among the kernel's packages (apache-arrow). A file that
 * changed since its last import is loaded anew. `.ts` files work.
 */
export class Modules {
  readonly #base: string;
  readonly require: NodeJS.Require;
  readonly #versions = new Map<string, { modified: number; url: string }>();
  #typescript = false;

  /** `cwd`: the notebook's folder, absolute. */
  constructor(cwd: string) {
    const file = join(cwd, 'notebook.js');
    this.#base = pathToFileURL(file).href;
    this.require = createRequire(file);
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
    const versioned = this.#fresh(url);
    if (/\.[mc]?tsx?$/.test(url)) this.#learnTypescript();
    return import(versioned, { with: options?.with ?? (url.endsWith('.json') ? { type: 'json' } : {}) });
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
    const path = fileURLToPath(new URL(name, this.#base));
    const swapped = path.replace(/\.([mc]?)js$/, '.$1ts');
    const endings = ['.ts', '.mts', '.js', '.mjs', '.cjs', '.json', '/index.ts', '/index.js'];
    const file = [path, swapped, ...endings.map((ending) => path + ending)].find((each) =>
      statSync(each, { throwIfNoEntry: false })?.isFile(),
    );
    if (file === undefined) {
      throw new DaybookError('module_not_found', `There is no file “${name}” to import.`, {
        action: `Paths start at the notebook's folder, ${fileURLToPath(new URL('.', this.#base))}.`,
      });
    }
    return pathToFileURL(file).href;
  }

  /** A URL of its own for a local file that changed: modules are cached by URL. */
  #fresh(url: string): string {
    if (!url.startsWith('file:') || url.includes('/node_modules/') || extname(url) === '.cjs') return url;
    const modified = statSync(fileURLToPath(url), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const known = this.#versions.get(url);
    if (known !== undefined && known.modified === modified) return known.url;
    const fresh = known === undefined ? url : `${url}?changed=${modified}`;
    this.#versions.set(url, { modified, url: fresh });
    return fresh;
  }

  #learnTypescript(): void {
    if (this.#typescript) return;
    this.#typescript = true;
    register(pathToFileURL(join(import.meta.dirname, 'typescript-loader.js')));
  }
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
