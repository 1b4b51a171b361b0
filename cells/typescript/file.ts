import { Lines } from './lines.ts';
import { lowerTypescript, newer } from './lower.ts';
import { tooDeepAt } from './nesting.ts';
import { parse, TOO_DEEP_TEXT, transform } from './parse.ts';
import { jsxOptions } from './transpile.ts';

/** A file of the workspace as a module that Node runs. */
export interface TranspiledFile {
  readonly code: string;
  /** `mappings` of the source map back to the file. */
  readonly mappings: string;
  /** What it imports when it loads, as written. */
  readonly imports: readonly string[];
}

/** Takes the types off a file, and lowers what engines do not run yet. Fails with a SyntaxError. */
export function transpileFile(path: string, source: string): TranspiledFile {
  const lang = path.endsWith('x') ? 'tsx' : 'ts';
  const { program, imports } = readModule(path, source, lang);
  const features = newer(source, program);
  if (features.using || features.decorators) return { ...lowerTypescript(source, path, lang), imports };
  const { code, map, errors } = transform(path, source, {
    lang,
    sourceType: 'module',
    sourcemap: true,
    ...jsxOptions(source),
  });
  const [error] = errors;
  if (error !== undefined) throw fileError(path, source, error.message, error.labels[0]?.start ?? 0);
  return { code, mappings: map?.mappings ?? '', imports };
}

/** What a module imports when it loads. Fails with a SyntaxError that names file, line and column. */
export function readModule(path: string, source: string, lang: 'ts' | 'tsx' | 'js' | 'jsx') {
  const deep = tooDeepAt(source);
  if (deep !== undefined) throw fileError(path, source, TOO_DEEP_TEXT, deep);
  const { program, module, errors } = parse(path, source, { lang, sourceType: 'module' });
  const [error] = errors;
  if (error !== undefined) throw fileError(path, source, error.message, error.labels[0]?.start ?? 0);
  const imports = [
    ...module.staticImports.map((each) => each.moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) => entries.flatMap((each) => each.moduleRequest?.value ?? [])),
  ];
  return { program, imports };
}

function fileError(path: string, source: string, message: string, offset: number): SyntaxError {
  const { line, column } = new Lines(source).place(offset);
  return new SyntaxError(`${path}:${line}:${column}: ${message}`);
}
