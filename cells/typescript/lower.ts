import { createRequire } from 'node:module';
import type { Program } from 'oxc-parser';
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

/** A TypeScript file as a CommonJS module, for `require`. Fails with esbuild's own errors. */
export function toCommonJs(source: string, loader: 'ts' | 'tsx'): Step {
  const { code, map } = esbuild().transformSync(source, {
    loader,
    format: 'cjs',
    target: 'node20',
    supported: { decorators: false, using: false },
    sourcemap: 'external',
    sourcesContent: false,
  });
  const { mappings } = JSON.parse(map) as { mappings: string };
  return { code, original: (place) => new SourceMapReader(mappings).original(place) };
}
