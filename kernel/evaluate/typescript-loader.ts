import { readFile } from 'node:fs/promises';
import type { LoadHook, ResolveHook } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transform } from 'oxc-transform';

/** Node's module hooks for `.ts` files that cells import; registered with the first of them. */
export const load: LoadHook = async (url, context, next) => {
  const [path = url] = url.split('?');
  if (!path.startsWith('file:') || !/\.m?ts$/.test(path)) return next(url, context);
  const file = fileURLToPath(path);
  const { code, errors } = await transform(file, await readFile(file, 'utf8'), {
    lang: 'ts',
    sourceType: 'module',
    target: 'node20',
  });
  const [error] = errors;
  if (error !== undefined) throw new SyntaxError(`${file}: ${error.message}`);
  return { format: 'module', source: code, shortCircuit: true };
};

/** `./other` and `./other.js` find `other.ts` beside a TypeScript file, as its compiler would. */
export const resolve: ResolveHook = async (specifier, context, next) => {
  try {
    return await next(specifier, context);
  } catch (error) {
    const [parent = ''] = (context.parentURL ?? '').split('?');
    if (!/\.m?ts$/.test(parent) || !/^\.{1,2}\//.test(specifier)) throw error;
    const guess = /\.js$/.test(specifier) ? specifier.replace(/\.js$/, '.ts') : `${specifier}.ts`;
    return next(guess, context);
  }
};
