import { tableFromArrays } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { html, md } from './html.ts';
import { limited } from './limit.ts';
import { mimeBundle } from './mime-bundle.ts';

describe('mimeBundle', () => {
  test('shows anything as text, without running its code', () => {
    const circle: Record<string, unknown> = { big: 1n, bytes: new Uint8Array(2) };
    circle.self = circle;
    expect(mimeBundle(circle)).toEqual({
      'text/plain': '<ref *1> { big: 1n, bytes: Uint8Array(2) [ 0, 0 ], self: [Circular *1] }',
    });
    expect(
      mimeBundle({
        get bad() {
          throw new Error('not run');
        },
      }),
    ).toEqual({ 'text/plain': '{ bad: [Getter] }' });
    expect(mimeBundle(undefined)).toBeUndefined();
  });

  test('asks the value itself, at once or later', async () => {
    const own = (bundle: unknown) => ({ [Symbol.for('Jupyter.display')]: () => bundle });
    expect(mimeBundle(own({ 'image/png': 'AAAA', 'text/plain': 'dot' }))).toEqual({
      'image/png': 'AAAA',
      'text/plain': 'dot',
    });
    expect(await mimeBundle(own(Promise.resolve({ 'text/html': '<i>x</i>' })))).toEqual({
      'text/html': '<i>x</i>',
      'text/plain': 'x',
    });
    expect(mimeBundle(own({}))).toBeUndefined();
  });

  test('html escapes what is filled in; md is markdown', () => {
    expect(mimeBundle(html`<b>${'<&>'}${html('<i>')}</b>`)).toMatchObject({ 'text/html': '<b>&#60;&#38;&#62;<i></b>' });
    expect(mimeBundle(md`# ${1}`)).toEqual({ 'text/markdown': '# 1', 'text/plain': '# 1' });
  });

  test('K19 an Arrow table shows its first rows', () => {
    const bundle = mimeBundle(tableFromArrays({ n: [1, 2], s: ['a', '<b>'] }));
    expect(bundle).toMatchObject({ 'text/plain': 'n  s\n─  ───\n1  a\n2  <b>\n2 rows × 2 columns' });
    expect(JSON.stringify(bundle)).toContain('&#60;b&#62;');
  });
});

test('K16 limited leaves out what is too large and says so', () => {
  expect(limited({ 'text/html': 'x'.repeat(20), 'text/plain': 'short' }, 10)).toEqual({
    'text/plain': expect.stringContaining('Left out: text/html'),
  });
  expect(
    Object.keys(limited({ 'text/plain': 'abc', 'text/html': 'x'.repeat(6), 'image/png': 'y'.repeat(6) }, 10)),
  ).toEqual(['text/plain', 'text/html']);
  const circle: Record<string, unknown> = { n: 1n };
  circle.self = circle;
  expect(limited({ 'application/json': circle })).toEqual({ 'application/json': { n: '1', self: '[circular]' } });
});
