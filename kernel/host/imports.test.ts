import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client } from './fixtures/client.ts';
import { plainTrace } from './fixtures/trace.ts';

let client: Client;
beforeAll(async () => {
  client = await Client.start();
  await put({
    'package.json':
      '{ "name": "book", "type": "module", "imports": { "#in": "./inside.ts" }, "exports": { "./x": "./inside.ts" } }',
    'tsconfig.json':
      '{ // where things are\n "compilerOptions": { "baseUrl": ".", "paths": { "@lib/*": ["lib/*"], }, } }',
  });
});
afterAll(() => client.stop());

async function put(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(client.folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}

const value = async (code: string) => (await client.run(code)).value;
const trace = async (code: string) => plainTrace(await client.run(code));

test('K33 a change below reaches the cell; the state of other files stays', async () => {
  await put({
    'a.ts': 'import { b } from "./b";\nimport { s } from "./state";\nexport const a: string = "a" + b; export { s };',
    'b.ts': 'export const b: number = 1;',
    'state.ts': 'export const s = { n: 0 };',
  });
  const read = 'import { a, s } from "./a"; s.n++; [a, s.n]';
  expect(await value(read)).toBe("[ 'a1', 1 ]");
  await put({ 'b.ts': 'export const b: number = 22;' });
  expect(await value(read)).toBe("[ 'a22', 2 ]");
});

test('K33 an import that failed is tried again', async () => {
  await put({ 'needs.ts': 'export { later } from "./later";' });
  expect(await trace('import { later } from "./needs"')).toContain('later');
  await put({ 'later.ts': 'export const later = 5;' });
  expect(await value('import { later } from "./needs"; later')).toBe('5');
});

test('K33 files that import each other', async () => {
  await put({
    'c1.ts': 'import { c2 } from "./c2.js"; export const c1 = 1; export const get = () => c2;',
    'c2.ts': 'import { c1 } from "./c1"; export const c2 = 2; export const back = () => c1;',
  });
  expect(await value('import { get } from "./c1"; get()')).toBe('2');
  await put({ 'c2.ts': 'import { c1 } from "./c1"; export const c2 = 222; export const back = () => c1;' });
  expect(await value('import { get } from "./c1"; get()')).toBe('222');
});

test('K33 CommonJS, by require and by import', async () => {
  await put({
    'old.cjs': 'module.exports = { z: require("./dep.cjs").z }',
    'dep.cjs': 'exports.z = 1',
    'typed.cts': 'export const t: number = 1;',
  });
  const read = '[require("./old.cjs").z, (await import("./old.cjs")).default.z, require("./typed.cts").t]';
  expect(await value(read)).toBe('[ 1, 1, 1 ]');
  await put({ 'dep.cjs': 'exports.z = 22', 'typed.cts': 'export const t: number = 333;' });
  expect(await value(read)).toBe('[ 22, 22, 333 ]');
});

test('K34 names of tsconfig.json and package.json', async () => {
  await put({
    'lib/u.ts': 'import { w } from "@lib/w"; export const u = w + 1;',
    'lib/w.ts': 'export const w = 1;',
    'inside.ts': 'export const inside = 3;',
    'node_modules/pk/package.json': '{ "name": "pk", "exports": "./i.mjs" }',
    'node_modules/pk/i.mjs': 'export const pk = 4;',
  });
  const read =
    'import { u } from "@lib/u"; import { w } from "lib/w"; import { inside } from "#in"; import { inside as self } from "book/x"; import { pk } from "pk"; [u, w, inside, self, pk]';
  expect(await value(read)).toBe('[ 2, 1, 3, 3, 4 ]');
  await put({ 'lib/w.ts': 'export const w = 100;', 'inside.ts': 'export const inside = 33;' });
  expect(await value(read)).toBe('[ 101, 100, 33, 33, 4 ]');
});

test('K34 .tsx, .mts, .cts and .json', async () => {
  await put({
    'x.tsx': '/** @jsx h */ const h = (...all: unknown[]) => all.length; export default <b>t</b>;',
    'm.mts': 'export const m: number = 1;',
    'c.cts': 'import path = require("node:path"); export const sep: string = path.sep;',
    'd.json': '{ "k": 1 }',
    'use.ts': 'import d from "./d.json"; import { sep } from "./c.cjs"; export const both = [d.k, sep];',
  });
  expect(
    await value(
      'import x from "./x"; import { m } from "./m.mts"; import d from "./d.json"; import { both } from "./use"; [x, m, d.k, both]',
    ),
  ).toBe("[ 3, 1, 1, [ 1, '/' ] ]");
  for (const [name, hint] of [
    ['w.wasm', 'WebAssembly'],
    ['s.css', 'style'],
    ['q.csv', '%%sql'],
  ] as const) {
    await put({ [name]: 'x' });
    expect(await trace(`import "./${name}"`)).toContain(hint);
  }
});

test('K35 K32 places in files are those of the file', async () => {
  await put({
    'bad.ts': 'export const good: number = 1;\nexport const = 5;',
    'fails.ts': 'interface X {\n  a: string;\n}\nexport function fail(_: X): never {\n  throw new Error("in file");\n}',
    'deco.ts':
      'const broken = () => () => {\n  throw new Error("deco");\n};\nexport class D {\n  @broken m(): void {}\n}',
  });
  expect(await trace('import "./bad"')).toContain(`${join(client.folder, 'bad.ts')}:2:14`);
  expect(await trace('import { fail } from "./fails"; fail({ a: "" })')).toMatch(/fails\.ts:5:9/);
  expect(await trace('import { D } from "./deco"; new D().m()')).toMatch(/deco\.ts:2:9/);
  await put({
    'fails.ts': '// one more line\nexport function fail(_: unknown): never {\n  throw new Error("again");\n}',
  });
  expect(await trace('import { fail } from "./fails"; fail(1)')).toMatch(/fails\.ts:3:9\)/);
});
