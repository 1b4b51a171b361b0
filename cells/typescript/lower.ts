import { createRequire } from 'node:module';
import type { TransformFailure, TransformOptions } from 'esbuild';
import type { Program } from 'oxc-parser';
import { Lines } from './lines.ts';
import { tooDeepAt } from './nesting.ts';
import { TOO_DEEP_TEXT } from './parse.ts';
import { SourceMapReader } from './source-map.ts';
import type { Step } from './step.ts';
import { walk } from './walk.ts';

/** Which of the newer features of the language a program uses that no engine of ours runs yet. */
export interface Newer {
  /** Decorators, and `accessor` fields, which belong to them. */
  readonly decorators: boolean;
  /** `using` anywhere. */
  readonly using: boolean;
}

/** Words without which a text has none of them: most cells are not looked at twice. */
const WORDS = /@|\busing\b|\baccessor\b/;

export function newer(source: string, program: Program): Newer {
  const found = { decorators: false, using: false };
  if (!WORDS.test(source)) return found;
  walk(program, (node) => {
    if (node.type === 'Decorator' || node.type === 'AccessorProperty') found.decorators = true;
    if (node.type === 'VariableDeclaration' && node.kind.endsWith('using')) found.using = true;
    return true;
  });
  return found;
}

type Esbuild = typeof import('esbuild');
let loaded: Esbuild | undefined;

/** Loaded with the first cell that needs it: the others pay nothing. */
function esbuild(): Esbuild {
  loaded ??= createRequire(import.meta.url)('esbuild') as Esbuild;
  return loaded;
}

/** JavaScript without the newer features it names. Input has been parsed: it has no syntax errors. */
export function lower(source: string, { decorators, using }: Newer): Step {
  const { code, map } = esbuild().transformSync(source, {
    loader: 'js',
    target: 'esnext',
    supported: { decorators: !decorators, using: !using },
    sourcemap: 'external',
    sourcesContent: false,
  });
  const { mappings } = JSON.parse(map) as { mappings: string };
  let reader: SourceMapReader | undefined;
  return {
    code,
    original(place) {
      reader ??= new SourceMapReader(mappings);
      return reader.original(place);
    },
  };
}

/** A TypeScript file made ready for Node: its code, and the `mappings` back to it. */
export interface Lowered {
  readonly code: string;
  readonly mappings: string;
}

/** A TypeScript file as an ES module. */
export function lowerTypescript(source: string, path: string, loader: 'ts' | 'tsx'): Lowered {
  return lowered(source, { loader, sourcefile: path });
}

/** A TypeScript file as a CommonJS module. Fails with a SyntaxError that names file, line and column. */
export function toCommonJs(source: string, path: string): Lowered {
  const deep = tooDeepAt(source);
  if (deep !== undefined) {
    const { line, column } = new Lines(source).place(deep);
    throw new SyntaxError(`${path}:${line}:${column}: ${TOO_DEEP_TEXT}`);
  }
  return lowered(source, { loader: path.endsWith('x') ? 'tsx' : 'ts', sourcefile: path, format: 'cjs' });
}

/** Fails with a SyntaxError that names file, line and column. The source is not nested too deeply. */
function lowered(source: string, options: TransformOptions): Lowered {
  try {
    const { code, map } = esbuild().transformSync(source, {
      ...options,
      platform: 'node',
      target: 'node20',
      supported: { decorators: false, using: false },
      sourcemap: 'external',
      sourcesContent: false,
      logLevel: 'silent',
      // A config file of the workspace must not change what its files mean here.
      tsconfigRaw: {},
    });
    const { mappings } = JSON.parse(String(map)) as { mappings: string };
    return { code, mappings };
  } catch (error) {
    const [first] = (error as Partial<TransformFailure>).errors ?? [];
    if (first === undefined) throw error;
    const { line = 1, column = 0 } = first.location ?? {};
    throw new SyntaxError(`${options.sourcefile}:${line}:${column + 1}: ${first.text}`);
  }
}
