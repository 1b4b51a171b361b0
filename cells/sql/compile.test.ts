import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';
import { describe, expect, test } from 'vitest';
import { parseCell } from '../magic.ts';
import { compileSql } from './compile.ts';

const GOLDEN = join(import.meta.dirname, 'golden');

/** The plan, or the error as a user would get it. */
function outcome(source: string): unknown {
  try {
    return compileSql(parseCell(source));
  } catch (error) {
    if (!(error instanceof DaybookError)) throw error;
    const { code, message, action, place } = error;
    return { error: { code, message, action, place } };
  }
}

describe('golden', () => {
  for (const file of readdirSync(GOLDEN).filter((name) => name.endsWith('.sql'))) {
    test(file, async () => {
      const source = readFileSync(join(GOLDEN, file), 'utf8');
      const text = `${JSON.stringify(outcome(source), null, 2)}\n`;
      await expect(text).toMatchFileSnapshot(join(GOLDEN, file.replace(/\.sql$/, '.plan')));
    });
  }
});
