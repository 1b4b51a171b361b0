// How bundlers read our sources; the application and the labextension are built with the same.

import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Our workspace packages, which are folders and not installed. */
export const ALIAS = { '@daybook/shared': join(root, 'shared'), '@daybook/cells': join(root, 'cells') };

/** TypeScript without its types; checking them is `npm run check`'s. */
export const TYPESCRIPT = {
  test: /\.tsx?$/,
  type: 'javascript/auto',
  loader: 'builtin:swc-loader',
  options: {
    jsc: {
      parser: { syntax: 'typescript', tsx: true },
      target: 'es2022',
      transform: { react: { runtime: 'automatic' } },
    },
  },
};
