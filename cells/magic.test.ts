import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatMagic, parseCell } from './magic.ts';

describe('parseCell', () => {
  test('a cell without a magic line is TypeScript', () => {
    expect(parseCell('const a = 1')).toEqual({ kind: 'typescript', options: {}, body: 'const a = 1', lineOffset: 0 });
    expect(parseCell('').kind).toBe('typescript');
    expect(parseCell('\n%%sql\nselect 1').kind).toBe('typescript');
  });

  test('reads kind, options and body', () => {
    expect(parseCell('%%sql result=sales connection="my \\"warehouse\\""\nselect 1\n')).toEqual({
      kind: 'sql',
      options: { result: 'sales', connection: 'my "warehouse"' },
      body: 'select 1\n',
      lineOffset: 1,
    });
  });

  test('Windows line ends and a magic line alone', () => {
    expect(parseCell('%%chart\r\ntype: bar').body).toBe('type: bar');
    expect(parseCell('%%sql')).toMatchObject({ kind: 'sql', body: '' });
  });

  test.each([
    ['%%sql result', '“result” is not an option'],
    ['%%sql result=a result=b', 'given twice'],
  ])('%s is refused', (source, message) => {
    expect(() => parseCell(source)).toThrow(message);
  });

  test('what formatMagic writes, parseCell reads (seeded)', () => {
    const key = fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/);
    const value = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !/[\r\n]/.test(text));
    fc.assert(
      fc.property(fc.dictionary(key, value, { noNullPrototype: true }), (options) => {
        expect(parseCell(`${formatMagic('sql', options)}\nbody`).options).toEqual(options);
      }),
      { seed: 20261122 },
    );
  });
});
