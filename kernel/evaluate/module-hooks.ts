import { readFile } from 'node:fs/promises';
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { readModule } from '@daybook/cells/typescript/file';
import { localFile } from './local-file.ts';
import { ModuleGraph } from './module-graph.ts';
import { ENTRY, type FileMap, type HooksData, type Stale } from './module-messages.ts';
import { tsconfigCandidates } from './tsconfig-paths.ts';
import { bare, isTypescript, isWorkspaceFile, loadTypescript, stampOf } from './workspace-file.ts';

/**
 * Node's module hooks for the files of the workspace, in the thread Node runs them in: TypeScript
 * works, a changed file is loaded anew with all that imports it, and paths of tsconfig.json lead
 * where they should. Registered with the first file that a cell imports.
 */
const graph = new ModuleGraph(stampOf);
/** Per file what it imports when it loads: only that makes it depend on the other file. */
const statics = new Map<string, ReadonlySet<string>>();
let port: MessagePort | undefined;

export const initialize: InitializeHook<HooksData> = (data) => {
  port = data.port;
};

export const resolve: ResolveHook = async (specifier, context, next) => {
  hearStale();
  const entry = ENTRY.exec(specifier);
  if (entry !== null) {
    const path = fileURLToPath(bare(specifier));
    if (entry[1] === 'retry') graph.retry(path);
    return { url: versioned(path), shortCircuit: true, ...attributes(path, context.importAttributes) };
  }
  const parent = context.parentURL;
  if (parent === undefined || !isWorkspaceFile(parent)) return next(specifier, context);
  const { url, ...rest } = await find(specifier, { ...context, parentURL: bare(parent) }, next);
  if (!isWorkspaceFile(url)) return { url, ...rest };
  const path = fileURLToPath(bare(url));
  const importer = fileURLToPath(bare(parent));
  const found = versioned(path);
  if (statics.get(importer)?.has(specifier) === true) graph.link(importer, path);
  return { ...rest, url: found, shortCircuit: true, ...attributes(path, context.importAttributes) };
};

export const load: LoadHook = async (url, context, next) => {
  if (!isWorkspaceFile(url)) return next(url, context);
  const path = fileURLToPath(bare(url));
  graph.unlink(path);
  if (!isTypescript(url)) {
    const loaded = await next(url, context);
    if (loaded.format === 'module') {
      const { imports } = readModule(path, String(await readFile(path)), 'js');
      statics.set(path, new Set(imports));
    }
    return loaded;
  }
  const { code, format, mappings, imports } = loadTypescript(url, await readFile(path, 'utf8'));
  statics.set(path, new Set(imports));
  if (mappings !== undefined) port?.postMessage({ url, mappings } satisfies FileMap);
  return { format, source: code, shortCircuit: true };
};

/** `./other` and `./other.js` find `other.ts`, as a TypeScript compiler would; then what tsconfig.json says. */
const find: ResolveHook = async (specifier, context, next) => {
  const parent = context.parentURL ?? '';
  const folder = dirname(fileURLToPath(parent));
  if (/^\.{1,2}\//.test(specifier)) {
    const file = localFile(fileURLToPath(new URL(specifier, parent)));
    if (file !== undefined) return { url: pathToFileURL(file).href };
  }
  for (const candidate of /^[./]|^node:/.test(specifier) ? [] : tsconfigCandidates(specifier, folder)) {
    const file = localFile(candidate);
    if (file !== undefined) return { url: pathToFileURL(file).href };
  }
  return next(specifier, context);
};

type Attributes = Parameters<ResolveHook>[1]['importAttributes'];

function versioned(path: string): string {
  const { href } = pathToFileURL(path);
  const version = graph.version(path);
  return version === 0 ? href : `${href}?v=${version}`;
}

/** What compilers allow: JSON without saying so. */
function attributes(path: string, given: Attributes): { importAttributes: Attributes } {
  return { importAttributes: path.endsWith('.json') ? { ...given, type: 'json' } : given };
}

/** CommonJS modules are cached by name in the main thread, which tells here what it forgot. */
function hearStale(): void {
  if (port === undefined) return;
  for (let heard = receiveMessageOnPort(port); heard !== undefined; heard = receiveMessageOnPort(port)) {
    graph.renew((heard.message as Stale).stale);
  }
}
