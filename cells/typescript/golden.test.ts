import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';
import { describe, expect, test } from 'vitest';
import { type CompileContext, compileCell } from './compile.ts';

/*
 * What the compiler makes of whole cells: `<name>.cell` → `<name>.compiled`, or the error as a user
 * gets it. `npx vitest run cells/typescript/golden.test.ts -u` writes them anew.
 */
const GOLDEN = join(import.meta.dirname, 'golden');
const CONTEXT: CompileContext = {
  cell: 7,
  round: 0,
  reserved: new Set(['process', 'URL']),
  renamed: new Set(),
  vars: new Set(),
};

function outcome(source: string): string {
  try {
    const { code, locate: _, ...rest } = compileCell(source, CONTEXT);
    const told = JSON.stringify(rest, (_key, value) => (value instanceof Set ? [...value] : value));
    return `${code.trimEnd()}\n//= ${told}\n`;
  } catch (error) {
    if (!(error instanceof DaybookError)) throw error;
    const { code, message, action, place } = error;
    return `${JSON.stringify({ code, message, action, place }, null, 2)}\n`;
  }
}

describe('golden', () => {
  for (const file of readdirSync(GOLDEN).filter((name) => name.endsWith('.cell'))) {
    test(file, async () => {
      const source = readFileSync(join(GOLDEN, file), 'utf8');
      await expect(outcome(source)).toMatchFileSnapshot(join(GOLDEN, file.replace(/\.cell$/, '.compiled')));
    });
  }
});
