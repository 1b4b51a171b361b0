import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { toCommonJs } from '@daybook/cells/typescript/lower';
import { rememberFile } from './scripts.ts';
import { stampOf } from './workspace-file.ts';

interface CachedModule {
  readonly id: string;
  readonly children: readonly CachedModule[];
  _compile(code: string, file: string): void;
}

/** `require` for cells: TypeScript files work, and a file that changed is loaded anew with all that required it. */
export class CommonJs {
  readonly require: NodeJS.Require;
  readonly #stamps = new Map<string, string | undefined>();
  readonly #onStale: (paths: readonly string[]) => void;

  /** `file`: where paths start. `onStale` hears which files were forgotten. */
  constructor(file: string, onStale: (paths: readonly string[]) => void) {
    this.#onStale = onStale;
    const original = createRequire(file);
    const extensions = original.extensions as unknown as Record<string, (module: CachedModule, path: string) => void>;
    for (const ending of ['.ts', '.cts', '.mts', '.tsx']) extensions[ending] = compileTypescript;
    this.require = Object.assign((name: string): unknown => {
      this.refresh();
      try {
        return original(name);
      } finally {
        this.note();
      }
    }, original);
  }

  /** Forgets local modules whose file has changed, and all that required them. */
  refresh(): void {
    const changed = [...this.#stamps].filter(([path, stamp]) => stampOf(path) !== stamp).map(([path]) => path);
    if (changed.length === 0) return;
    const stale = new Set(changed);
    const all = this.#local();
    for (let before = -1; before !== stale.size; ) {
      before = stale.size;
      for (const [path, children] of all) if (children.some((child) => stale.has(child.id))) stale.add(path);
    }
    for (const path of stale) {
      delete this.require.cache[path];
      this.#stamps.delete(path);
    }
    this.#onStale([...stale]);
  }

  /** Remembers what was loaded since. Call after whatever may have loaded something. */
  note(): void {
    for (const [path] of this.#local()) if (!this.#stamps.has(path)) this.#stamps.set(path, stampOf(path));
  }

  /** Cached modules outside packages, with what each required. */
  #local(): [path: string, children: readonly CachedModule[]][] {
    return Object.entries(this.require.cache as unknown as Record<string, Partial<CachedModule> | undefined>)
      .filter(([path]) => !path.includes('/node_modules/'))
      .map(([path, module]) => [path, module?.children ?? []]);
  }
}

function compileTypescript(module: CachedModule, path: string): void {
  const { code, mappings } = toCommonJs(readFileSync(path, 'utf8'), path);
  rememberFile(path, mappings);
  rememberFile(pathToFileURL(path).href, mappings);
  module._compile(code, path);
}
