import { analyze, type Scope } from 'eslint-scope';
import fc from 'fast-check';
import { parseSync } from 'oxc-parser';
import { expect, test } from 'vitest';
import { references } from './references.ts';
import { walk } from './walk.ts';

const SEED = 80;

/** Free names by eslint-scope: what no scope of the module resolves. */
function expected(source: string): string[] {
  const { program } = parseSync('a.js', source, { sourceType: 'module', range: true });
  const manager = analyze(program as never, { ecmaVersion: 2022, sourceType: 'module' });
  const module: Scope | undefined = manager.globalScope?.childScopes[0];
  return (module?.through ?? []).map(({ identifier }) => `${identifier.name} ${identifier.range?.[0]}`).sort();
}

function actual(source: string): string[] {
  const { program } = parseSync('a.js', source, { sourceType: 'module' });
  const names = new Set<string>();
  walk(program, (node) => {
    if (node.type === 'Identifier') names.add(node.name);
    return true;
  });
  const manager = analyze(parseSync('a.js', source, { sourceType: 'module', range: true }).program as never, {
    ecmaVersion: 2022,
    sourceType: 'module',
  });
  const top = new Set(manager.globalScope?.childScopes[0]?.variables.map(({ name }) => name));
  return references(program, names)
    .filter(({ name }) => !top.has(name))
    .map(({ name, start }) => `${name} ${start}`)
    .sort();
}

const name = fc.constantFrom('a', 'b', 'c', 'd');
const { statement } = fc.letrec<{ expression: string; statement: string; pattern: string; block: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 3 },
    name,
    fc.tuple(name, tie('expression')).map(([n, e]) => `{ ${n} = ${e} }`),
    fc.tuple(name, tie('pattern')).map(([n, p]) => `{ ${n}: ${p} }`),
    fc.tuple(tie('pattern'), name).map(([p, n]) => `[${p}, ...${n}2]`),
  ),
  expression: fc.oneof(
    { maxDepth: 4 },
    name,
    fc.tuple(name, name).map(([x, y]) => `${x}.${y}`),
    fc.tuple(name, tie('expression')).map(([x, e]) => `(${x} = ${e})`),
    fc.tuple(tie('pattern'), tie('block')).map(([p, b]) => `((${p}) => ${b})`),
    fc.tuple(tie('pattern'), tie('expression')).map(([p, e]) => `((${p}) => (${e}))`),
    fc.tuple(name, tie('pattern'), tie('block')).map(([n, p, b]) => `(function ${n}(${p}) ${b})`),
    fc.tuple(name, tie('expression')).map(([n, e]) => `({ ${n}, [${e}]: ${e}, ${n}() { return ${e} } })`),
    fc.tuple(name, tie('expression'), tie('block')).map(([n, e, b]) => `(class ${n} { ${n} = ${e}; static ${b} })`),
    tie('expression').map((e) => `\`x\${${e}}\``),
  ),
  block: fc.array(tie('statement'), { maxLength: 3 }).map((all) => `{ ${all.join(' ')} }`),
  statement: fc.oneof(
    { maxDepth: 4 },
    tie('expression').map((e) => `(${e});`),
    fc.tuple(tie('pattern'), tie('expression')).map(([p, e]) => `var ${p} = ${e};`),
    fc.tuple(name, tie('expression'), tie('block')).map(([n, e, b]) => `{ let ${n} = ${e}; (() => ${b})(); }`),
    fc.tuple(tie('pattern'), tie('expression'), tie('block')).map(([p, e, b]) => `for (const ${p} of ${e}) ${b}`),
    fc.tuple(name, tie('expression'), tie('block')).map(([n, e, b]) => `for (let ${n} = ${e}; ${n}; ) ${b}`),
    fc.tuple(name, tie('block'), tie('block')).map(([n, x, y]) => `try ${x} catch (${n}) ${y}`),
    fc.tuple(name, tie('pattern'), tie('block')).map(([n, p, b]) => `{ function ${n}(${p}) ${b} }`),
    fc
      .tuple(name, tie('expression'), tie('block'))
      .map(([n, e, b]) => `${n}: switch (${e}) { default: ${b} break ${n} }`),
  ),
}));
const program = fc
  .array(statement, { maxLength: 4 })
  .map((all) => all.join('\n'))
  .filter((source) => parseSync('a.js', source, { sourceType: 'module' }).errors.length === 0);

test(`the free names are those eslint-scope finds (seed ${SEED})`, { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(program, (source) => {
      expect(actual(source), source).toEqual(expected(source));
    }),
    { seed: SEED, numRuns: 500 },
  );
});
