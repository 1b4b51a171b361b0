import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transpileFile } from '@daybook/cells/typescript/file';
import { toCommonJs } from '@daybook/cells/typescript/lower';

/** Whether a URL is that of a file people write themselves: those are looked at again with every import. */
export function isWorkspaceFile(url: string): boolean {
  return url.startsWith('file:') && !url.includes('/node_modules/') && /\.([mc]?[jt]s|[jt]sx|json)$/.test(bare(url));
}

export function isTypescript(url: string): boolean {
  return /\.([mc]?ts|tsx)$/.test(bare(url));
}

/** A URL without its version. */
export function bare(url: string): string {
  return url.replace(/[?#].*$/, '');
}

/** Differs when the file has changed; undefined when there is no such file. */
export function stampOf(path: string): string | undefined {
  const facts = statSync(path, { throwIfNoEntry: false });
  return facts === undefined ? undefined : `${facts.mtimeMs} ${facts.size} ${facts.ino}`;
}

/** A file as it is to be run. */
export interface LoadedFile {
  readonly code: string;
  readonly format: 'module' | 'commonjs';
  /** Source map back to the file; undefined where the text is unchanged. */
  readonly mappings: string | undefined;
  /** What it imports when it loads, as written. */
  readonly imports: readonly string[];
}

/** Makes a TypeScript file one that Node runs. Fails with a SyntaxError that names file, line and column. */
export function loadTypescript(url: string, source: string): LoadedFile {
  const path = fileURLToPath(bare(url));
  const commonjs = path.endsWith('.cts');
  const { code, mappings, imports } = commonjs
    ? { ...toCommonJs(source, path), imports: [] }
    : transpileFile(path, source);
  return { code, mappings, imports, format: commonjs ? 'commonjs' : 'module' };
}
