// How the front end is bundled: one small entry (public path, federation), one chunk with
// JupyterLab and everything needed at load, one with ours; the rest is loaded when used.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { rspack } from '@rspack/core';
import svgToDataUri from 'mini-svg-data-uri';
import { eagerModules } from './eager.mjs';
import { singletons } from './packages.mjs';
import { ALIAS, TYPESCRIPT } from './sources.mjs';

const require = createRequire(import.meta.url);
const here = import.meta.dirname;
const root = join(here, '../..');

/**
 * @param {{ output: string, styles: string, mode?: 'production' | 'development', watch?: boolean }} options
 * `styles` is the file that imports the stock packages' styles.
 */
export async function labConfig({ output, styles, mode = 'production' }) {
  const alias = {
    ...ALIAS,
    'lab-styles': styles,
    // A tool in the repository brings React 16 to the top of node_modules; the front end has one React, its own.
    react: packageFolder('react'),
    'react-dom': packageFolder('react-dom'),
    // Diagrams in Markdown are not offered; without this three megabytes of them would be built and shipped.
    mermaid: false,
    '@mermaid-js/layout-elk': false,
  };
  const eager = await eagerModules({ alias });
  const needed = (module) => eager.has(module.nameForCondition?.() ?? '');
  const ours = (module) => !(module.nameForCondition?.() ?? '').includes('node_modules');
  // Drawings, and what stands in for Node's modules: too little each for a request of its own.
  const small = (module) =>
    /\.svg$|[\\/]node_modules[\\/](process|path-browserify)[\\/]/.test(module.nameForCondition?.() ?? '');
  const style = (module) => module.type?.startsWith('css') === true;
  return {
    mode,
    context: here,
    entry: { main: [join(here, 'publicpath.ts'), join(here, 'bootstrap.ts')] },
    output: {
      path: output,
      filename: '[name].[contenthash].js',
      chunkFilename: '[name].[contenthash].js',
      cssFilename: '[name].[contenthash].css',
      assetModuleFilename: '[name].[contenthash][ext]',
      hashFunction: 'xxhash64',
      hashDigestLength: 12,
      publicPath: 'auto',
      // Done by `sweep.mjs`: a page that is open may still ask for chunks of the build before.
      clean: false,
      uniqueName: 'daybook',
    },
    devtool: mode === 'production' ? false : 'source-map',
    cache: {
      type: 'persistent',
      storage: { type: 'filesystem', directory: join(root, 'node_modules/.cache/daybook-lab') },
      buildDependencies: [import.meta.filename, join(here, 'packages.mjs')],
    },
    resolve: {
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
      alias,
      fallback: {
        url: false,
        buffer: false,
        crypto: false,
        path: require.resolve('path-browserify'),
        process: require.resolve('process/browser'),
      },
    },
    module: { rules: RULES },
    optimization: {
      moduleIds: 'deterministic',
      chunkIds: mode === 'production' ? 'deterministic' : 'named',
      splitChunks: {
        chunks: 'all',
        cacheGroups: {
          lab: {
            name: 'lab',
            test: (module) => (needed(module) || style(module) || small(module)) && !ours(module),
            priority: 10,
            enforce: true,
            chunks: notEntry,
          },
          // What every notebook asks for when it opens: Markdown, and the languages of cells and fences.
          notebook: { name: 'notebook', test: NOTEBOOK, priority: 20, enforce: true, chunks: notEntry },
          // Styles too stay apart until a notebook shows a widget.
          widgets: {
            name: 'widgets',
            test: /[\\/](node_modules[\\/]@jupyter-widgets|plugins[\\/]widgets[\\/](manager\.ts|widgets\.css))/,
            priority: 30,
            enforce: true,
            chunks: notEntry,
          },
          math: {
            name: 'math',
            test: /[\\/]node_modules[\\/]mathjax-full[\\/]/,
            priority: 20,
            enforce: true,
            chunks: notEntry,
          },
          app: {
            name: 'app',
            test: (module) => (needed(module) || style(module)) && ours(module),
            priority: 10,
            enforce: true,
            chunks: notEntry,
          },
        },
      },
    },
    externals: { ws: 'undefined' },
    plugins: [
      new rspack.ProvidePlugin({ process: 'process/browser' }),
      new rspack.CssExtractRspackPlugin({
        filename: '[name].[contenthash].css',
        chunkFilename: '[name].[contenthash].css',
        ignoreOrder: true,
      }),
      new rspack.container.ModuleFederationPluginV1({
        name: 'CORE_FEDERATION',
        library: { type: 'var', name: ['_JUPYTERLAB', 'CORE_LIBRARY_FEDERATION'] },
        shared: singletons(),
      }),
    ],
    performance: { hints: false },
    stats: 'errors-warnings',
    infrastructureLogging: { level: 'error' },
  };
}

const NOTEBOOK =
  /[\\/]node_modules[\\/](marked[^\\/]*|@codemirror[\\/](lang-(javascript|css|html|markdown|python|sql)|legacy-modes[\\/]mode[\\/](stex|yaml)\.js)|@lezer[\\/](javascript|css|html|markdown|python))(?=[\\/]|$)/;

const RULES = [
  { resourceQuery: /raw/, type: 'asset/source' },
  { test: /\.raw\.css$/, type: 'asset/source' },
  {
    test: /(?<!\.raw)\.css$/,
    resourceQuery: { not: [/raw/] },
    use: [rspack.CssExtractRspackPlugin.loader, 'css-loader'],
    type: 'javascript/auto',
    sideEffects: true,
  },
  { test: /\.md$|\.txt$/, type: 'asset/source' },
  {
    test: /\.(jpg|png|gif|woff2?|ttf|eot)(\?.*)?$/,
    exclude: /[\\/]fa-[a-z-]+\d+\.(ttf|eot|woff)$/,
    type: 'asset/resource',
  },
  { test: /\.js\.map$/, type: 'asset/resource' },
  // Font Awesome's old formats: every browser that runs this takes the WOFF2 beside them.
  { test: /[\\/]fa-[a-z-]+\d+\.(svg|eot|ttf|woff)$/, type: 'asset/inline', generator: { dataUrl: () => 'data:,' } },
  {
    test: /[\\/](?!fa-)[^\\/]+\.svg(\?.*)?$/,
    issuer: /\.css$/,
    type: 'asset/inline',
    generator: {
      dataUrl: { content: (source) => svgToDataUri(String(source.content ?? source)), mimetype: 'image/svg+xml' },
    },
  },
  { test: /\.svg(\?.*)?$/, issuer: /\.[jt]sx?$/, type: 'asset/source' },
  { test: /\.m?js$/, type: 'javascript/auto', resolve: { fullySpecified: false } },
  TYPESCRIPT,
];

const notEntry = (chunk) => chunk.name !== 'main';

function packageFolder(name) {
  return join(require.resolve(`${name}/package.json`), '..');
}
