// The stock packages whose styles, schemas and plugins are part of the bundle; `extensions.ts`
// imports the same ones.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const source = readFileSync(join(import.meta.dirname, 'extensions.ts'), 'utf8');

/** Names of the extension packages, as `extensions.ts` imports them. */
export const LAB_PACKAGES = [...source.matchAll(/from '(@jupyter[^']*-extension)[^']*'/g)].map(([, name]) => name);

/** A package's manifest and folder. */
export function packageOf(name) {
  const path = require.resolve(`${name}/package.json`);
  return { folder: dirname(path), manifest: JSON.parse(readFileSync(path, 'utf8')) };
}

/** Packages that exist once in the page, shared with prebuilt labextensions; only those installed. */
export function singletons() {
  const { jupyterlab, resolutions } = require('@jupyterlab/core-meta/core.package.json');
  const extra = { '@jupyter/collaborative-drive': '*', '@jupyter/docprovider': '*', 'y-protocols': '*' };
  const shared = {};
  for (const name of [...jupyterlab.singletonPackages, ...Object.keys(extra)]) {
    try {
      const { manifest } = packageOf(name);
      shared[name] = {
        singleton: true,
        requiredVersion: resolutions[name] ?? extra[name] ?? `^${manifest.version}`,
        version: manifest.version,
      };
    } catch {
      // Not part of this assembly.
    }
  }
  return shared;
}
