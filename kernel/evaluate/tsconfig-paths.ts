import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { stampOf } from './workspace-file.ts';

interface Paths {
  /** Folder that patterns and bare names start at. */
  readonly base: string;
  readonly patterns: readonly (readonly [pattern: string, targets: readonly string[]])[];
  /** Whether bare names are looked for in `base` too. */
  readonly bare: boolean;
}

const cache = new Map<string, { stamp: string | undefined; paths: Paths | undefined }>();

/** Where `paths` and `baseUrl` of the nearest tsconfig.json above `folder` lead a name; absolute, without ending. */
export function tsconfigCandidates(name: string, folder: string): string[] {
  const paths = nearest(folder);
  if (paths === undefined) return [];
  const found: string[] = [];
  for (const [pattern, targets] of paths.patterns) {
    const [before = '', after] = pattern.split('*');
    if (after === undefined ? name !== pattern : !name.startsWith(before) || !name.endsWith(after)) continue;
    const middle = after === undefined ? '' : name.slice(before.length, name.length - after.length);
    found.push(
      ...targets.map((target) =>
        resolve(
          paths.base,
          target.replace('*', () => middle),
        ),
      ),
    );
  }
  if (paths.bare) found.push(join(paths.base, name));
  return found;
}

function nearest(folder: string): Paths | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, 'tsconfig.json');
    const stamp = stampOf(file);
    if (stamp !== undefined) {
      const known = cache.get(file);
      if (known?.stamp === stamp) return known.paths;
      const paths = read(file, 0);
      cache.set(file, { stamp, paths });
      return paths;
    }
    if (dirname(at) === at) return undefined;
  }
}

/** Files that extend each other in a circle end here. */
const MOST_EXTENDS = 5;

function read(file: string, depth: number): Paths | undefined {
  const config = parse(file);
  if (config === undefined) return undefined;
  const { compilerOptions: { baseUrl, paths } = {}, extends: above } = config;
  if (typeof baseUrl !== 'string' && (typeof paths !== 'object' || paths === null)) {
    const [first] = [above].flat();
    if (typeof first !== 'string' || !/^\.{0,2}\//.test(first) || depth >= MOST_EXTENDS) return undefined;
    const target = resolve(dirname(file), first);
    return read(target.endsWith('.json') ? target : `${target}.json`, depth + 1);
  }
  const patterns = Object.entries(paths ?? {}).map(
    ([pattern, targets]) => [pattern, [targets].flat().filter((each) => typeof each === 'string')] as const,
  );
  return { base: resolve(dirname(file), baseUrl ?? '.'), patterns, bare: typeof baseUrl === 'string' };
}

interface Config {
  readonly extends?: unknown;
  readonly compilerOptions?: { readonly baseUrl?: string; readonly paths?: Record<string, unknown> };
}

/** JSON with comments and trailing commas; undefined when it is not even that. */
function parse(file: string): Config | undefined {
  try {
    const text = readFileSync(file, 'utf8')
      .replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string: string | undefined) => string ?? '')
      .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[\]}])/g, (_, string: string | undefined) => string ?? '');
    const config: unknown = JSON.parse(text);
    return typeof config === 'object' && config !== null ? (config as Config) : undefined;
  } catch {
    return undefined;
  }
}
