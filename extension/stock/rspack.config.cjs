// What the labextension builder needs to know beyond its own rules: our sources are TypeScript, and
// our workspace packages are folders.
const { join } = require('node:path');
const { ALIAS, TYPESCRIPT } = require('../app/sources.mjs');

module.exports = {
  resolve: {
    extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    alias: ALIAS,
    fallback: { path: require.resolve('path-browserify'), process: require.resolve('process/browser') },
  },
  module: { rules: [TYPESCRIPT, { resourceQuery: /raw/, type: 'asset/source' }] },
  context: join(__dirname, '..'),
};
