import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';
import { describe, expect, test } from 'vitest';
import { parseCell } from '../magic.ts';
import { compileChart, probeSql } from './compile.ts';
import { chartSpec } from './spec.ts';

const GOLDEN = join(import.meta.dirname, 'golden');
const COLUMNS = [
  { name: 'date', type: 'TIMESTAMP' },
  { name: 'month', type: 'DATE' },
  { name: 'delay', type: 'BIGINT' },
  { name: 'price', type: 'DECIMAL(9,2)' },
  { name: 'origin', type: 'VARCHAR' },
  { name: 'symbol', type: 'VARCHAR' },
  { name: 'Horsepower', type: 'BIGINT' },
  { name: 'Miles per Gallon', type: 'DOUBLE' },
];

function outcome(body: string): string {
  try {
    const spec = chartSpec(parseCell(`%%chart\n${body}`));
    const { sql, ...plan } = compileChart(spec, COLUMNS);
    return `-- ${probeSql(spec)}\n${sql}\n-- ${JSON.stringify(plan)}\n`;
  } catch (error) {
    if (!(error instanceof DaybookError)) throw error;
    const { code, message, action, place } = error;
    return `-- ${JSON.stringify({ code, message, action, place }, null, 2).replaceAll('\n', '\n-- ')}\n`;
  }
}

describe('golden', () => {
  for (const file of readdirSync(GOLDEN).filter((name) => name.endsWith('.cell'))) {
    test(file, async () => {
      const body = readFileSync(join(GOLDEN, file), 'utf8');
      await expect(outcome(body)).toMatchFileSnapshot(join(GOLDEN, file.replace(/\.cell$/, '.sql')));
    });
  }
});
