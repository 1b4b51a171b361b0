import { dirname, join } from 'node:path';
import ts from 'typescript';

/** What holds for every notebook: cells are modules that are never emitted. */
const FIXED: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  target: ts.ScriptTarget.ESNext,
  noEmit: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  allowJs: true,
  checkJs: false,
  resolveJsonModule: true,
  esModuleInterop: true,
  isolatedModules: false,
  verbatimModuleSyntax: false,
  noUnusedLocals: false,
  noUnusedParameters: false,
  allowUnreachableCode: true,
  allowUnusedLabels: true,
};

/** What a tsconfig.json may say otherwise. Notebooks are drafts: untyped parameters are no news. */
const DEFAULTS: ts.CompilerOptions = {
  lib: ['lib.esnext.d.ts'],
  types: [],
  strict: true,
  noImplicitAny: false,
  useUnknownInCatchVariables: false,
};

const HONOURED = [
  'allowSyntheticDefaultImports',
  'baseUrl',
  'customConditions',
  'exactOptionalPropertyTypes',
  'experimentalDecorators',
  'jsx',
  'jsxImportSource',
  'lib',
  'noImplicitAny',
  'noUncheckedIndexedAccess',
  'paths',
  'pathsBasePath',
  'rootDirs',
  'strict',
  'strictFunctionTypes',
  'strictNullChecks',
  'typeRoots',
  'types',
  'useUnknownInCatchVariables',
] as const;

/** Compiler options for notebooks in `cwd`: those of the nearest tsconfig.json up to `workspace`, where they matter. */
export function optionsFor(cwd: string, workspace: string): ts.CompilerOptions {
  const file = nearestConfig(cwd, workspace);
  if (file === undefined) return { ...DEFAULTS, ...FIXED };
  const { config } = ts.readConfigFile(file, ts.sys.readFile);
  // The files it lists do not matter, and looking for them could take long.
  const host: ts.ParseConfigHost = { ...ts.sys, readDirectory: () => [], useCaseSensitiveFileNames: true };
  const { options } = ts.parseJsonConfigFileContent(config ?? {}, host, dirname(file), undefined, file);
  const own = Object.fromEntries(
    HONOURED.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  );
  return { ...DEFAULTS, ...own, ...FIXED };
}

function nearestConfig(cwd: string, workspace: string): string | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const file = join(folder, 'tsconfig.json');
    if (ts.sys.fileExists(file)) return file;
    if (folder === workspace || folder === dirname(folder)) return undefined;
  }
}
