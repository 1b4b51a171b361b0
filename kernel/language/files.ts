import { statSync } from 'node:fs';
import ts from 'typescript';

/** How long a file of the workspace is taken to be as it was, in ms. */
const FRESH_MS = 1_000;

/**
 * Files on disk as all notebooks of the worker see them. Those of packages are read once; those of
 * the workspace again when they have changed.
 */
export class Files {
  readonly #files = new Map<string, { version: string; text: string; checked: number }>();

  version(path: string): string {
    return this.#current(path)?.version ?? '';
  }

  snapshot(path: string): ts.IScriptSnapshot | undefined {
    const file = this.#current(path);
    return file === undefined ? undefined : ts.ScriptSnapshot.fromString(file.text);
  }

  #current(path: string): { version: string; text: string } | undefined {
    const known = this.#files.get(path);
    const now = Date.now();
    const settled = path.includes('/node_modules/');
    if (known !== undefined && (settled || now - known.checked < FRESH_MS)) return known;
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isFile() !== true) {
      this.#files.delete(path);
      return undefined;
    }
    const version = settled ? 'package' : `${stat.mtimeMs}-${stat.size}`;
    if (known?.version === version) {
      known.checked = now;
      return known;
    }
    const file = { version, text: ts.sys.readFile(path) ?? '', checked: now };
    this.#files.set(path, file);
    return file;
  }
}
