// The house's allowed imports (shared/docs/ARCHITECTURE.md), checked by `npm run check`.
const test = '[.]test[.]tsx?$';

/** Code of `from` must not import `to`. */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/**
 * A workspace may use its own files, npm packages, and the listed others. Build and start scripts
 * (`.mjs`) build their neighbours, and tests across processes start them: neither is bundled.
 */
const only = (workspace, others, comment) =>
  forbid(
    `${workspace}-imports`,
    comment,
    { path: `^${workspace}/`, pathNot: [test, '[.]mjs$', `^${workspace}/(e2e|bench|.*/testing)/`] },
    {
      path: '^(shared|cells|kernel|extension|server|docker)/',
      pathNot: [`^${workspace}/`, ...others, '/node_modules/'],
    },
  );

export default {
  forbidden: [
    only('shared', [], 'shared is a leaf: it imports no other workspace'),
    only('cells', ['^shared/'], 'a cell kind knows shared and itself'),
    only('kernel', ['^shared/', '^cells/'], 'the kernel knows shared and the cells'),
    only('extension', ['^shared/', '^cells/'], 'the front end knows shared and the cells'),
    only('server', ['^shared/', '^cells/'], 'the server starts kernels by kernelspec and never imports them'),
    forbid(
      'shared-is-portable',
      'shared runs in every place: no Node modules',
      { path: '^shared/', pathNot: [test, '^shared/contracts/'] },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'pure-cells',
      'spec and compile are pure: shared only',
      { path: '^cells/[^/]+/(spec|compile)[.]ts$' },
      { path: '^cells/.*/(run|view)[.]ts$' },
    ),
    forbid(
      'portable-cells',
      'spec and the kernel-free kinds run in the browser too: no Node modules',
      { path: '^cells/([^/]+/spec|(sql|chart)/compile|magic)[.]ts$' },
      { dependencyTypes: ['core'] },
    ),
    forbid('kernel-draws-nothing', 'views belong to the browser', { path: '^kernel/' }, { path: '^cells/.*/view' }),
    forbid(
      'extension-runs-nothing',
      'run belongs to the kernel',
      { path: '^extension/' },
      { path: '^cells/.*/run[.]ts$' },
    ),
    forbid(
      'server-runs-nothing',
      'run belongs to the kernel',
      { path: '^server/', pathNot: [test] },
      { path: '^cells/.*/run[.]ts$' },
    ),
    forbid(
      'kinds-are-apart',
      'one cell kind does not know another',
      { path: '^cells/([^/]+)/', pathNot: [test] },
      { path: '^cells/([^/]+)/', pathNot: ['^cells/$1/', '/node_modules/'] },
    ),
    forbid(
      'adapters-behind-ports',
      'features speak to ports; only the composition root sees adapters',
      { path: '^server/', pathNot: [test, '^server/(main|adapters|e2e|bench)', '^server/db/', '/testing/'] },
      { path: '^server/adapters/' },
    ),
    forbid(
      'adapters-know-no-features',
      'an adapter implements a port and nothing else',
      { path: '^server/adapters/', pathNot: [test] },
      { path: '^server/', pathNot: ['^server/(adapters|db|config)/'] },
    ),
    forbid(
      'no-cycles',
      'a cycle hides which part comes first',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    forbid(
      'declared-packages',
      'a package that is imported is named in that workspace’s package.json',
      {
        path: '^(shared|cells|kernel|extension|server)/',
        pathNot: [test, '[.]config[.]ts$', '[.]mjs$', '^shared/contracts/'],
      },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    ),
    // `lab-styles` is made by the front end's build (extension/app/style-entry.mjs).
    forbid('resolvable', 'every import leads somewhere', {}, { couldNotResolve: true, pathNot: '^lab-styles$' }),
  ],
  options: {
    doNotFollow: { path: ['node_modules', '(^|/)dist/'] },
    exclude: { path: ['(^|/)(dist|static|labextension)/'] },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css'],
    },
  },
};
