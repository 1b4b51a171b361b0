import { statSync } from 'node:fs';

const ENDINGS = [
  '.ts',
  '.tsx',
  '.mts',
  '.cts',
  '.js',
  '.jsx',
  '.mjs',
  '.cjs',
  '.json',
  '/index.ts',
  '/index.tsx',
  '/index.js',
];

/** The file that an import of `path` (absolute) means: itself, its TypeScript, or with an ending. */
export function localFile(path: string): string | undefined {
  const swapped = path.replace(/\.([mc]?)js(x?)$/, '.$1ts$2');
  return [path, swapped, ...ENDINGS.map((ending) => path + ending)].find((each) =>
    statSync(each, { throwIfNoEntry: false })?.isFile(),
  );
}
