import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Output } from '../notebook.ts';
import { difference } from './difference.ts';
import { OutputFold, type OutputMessage } from './fold.ts';
import { StreamText } from './stream-text.ts';

const print = (text: string, name = 'stdout'): OutputMessage => ({ type: 'stream', content: { name, text } });
const show = (text: string, id?: string): OutputMessage => ({
  type: 'display_data',
  content: { data: { 'text/plain': text }, metadata: {}, transient: id === undefined ? {} : { display_id: id } },
});
const update = (text: string, id: string): OutputMessage => ({ ...show(text, id), type: 'update_display_data' });
const clear = (wait: boolean): OutputMessage => ({ type: 'clear_output', content: { wait } });

function fold(...messages: OutputMessage[]): readonly Output[] {
  const outputs = new OutputFold();
  for (const message of messages) outputs.apply(message);
  return outputs.outputs;
}

const texts = (outputs: readonly Output[]) =>
  outputs.map(({ text, data, ename }) => text ?? ename ?? (data as { 'text/plain'?: string })['text/plain']);

describe('[X10] the text of a stream', () => {
  test.each([
    ['a\rb', 'b'],
    ['abc\rx', 'xbc'],
    ['10%\r100%\n', '100%\n'],
    ['one\r\ntwo', 'one\ntwo'],
    ['ab\bc', 'ac'],
    ['\b\bx', 'x'],
    ['line\nab\rc\nd', 'line\ncb\nd'],
    ['🎉\r', '🎉'],
  ])('%j is %j, in one piece and letter by letter', (given, wanted) => {
    const whole = new StreamText();
    whole.append(given);
    const parts = new StreamText();
    for (const letter of given) parts.append(letter);
    expect([whole.text, parts.text]).toEqual([wanted, wanted]);
  });

  test('a long line in small pieces costs no more than its length', () => {
    const text = new StreamText();
    for (let at = 0; at < 300_000; at += 1) text.append('.');
    expect(text.text.length).toBe(300_000);
  });
});

describe('[X11] messages make outputs', () => {
  test('pieces of one stream are one output; another stream or a display ends it', () => {
    expect(texts(fold(print('a'), print('b'), print('c', 'stderr'), print('d'), show('e'), print('f')))).toEqual([
      'ab',
      'c',
      'd',
      'e',
      'f',
    ]);
  });

  test('clearing at once, and when the next output comes', () => {
    expect(texts(fold(print('a'), clear(false)))).toEqual([]);
    expect(texts(fold(print('a'), clear(true)))).toEqual(['a']);
    expect(texts(fold(print('a'), clear(true), print('b')))).toEqual(['b']);
    expect(texts(fold(show('a'), clear(true), show('b'), show('c')))).toEqual(['b', 'c']);
  });

  test('a display is updated wherever it stands; an unknown one is left out', () => {
    expect(texts(fold(show('a', 'x'), print('p'), show('b', 'x'), update('c', 'x'), update('d', 'y')))).toEqual([
      'c',
      'p',
      'c',
    ]);
    expect(texts(fold(show('a', 'x'), clear(false), show('b'), update('c', 'x')))).toEqual(['b']);
  });

  test('what was shown before can be left out: the rest goes on as it would', () => {
    const outputs = new OutputFold();
    outputs.apply(print('a'));
    const shown = outputs.outputs;
    for (const message of [print('b'), show('c', 'x'), print('d')]) outputs.apply(message);
    outputs.forget(shown);
    outputs.apply(print('e'));
    outputs.apply(update('C', 'x'));
    expect(texts(outputs.outputs)).toEqual(['b', 'C', 'de']);
    outputs.forget(outputs.outputs);
    expect(outputs.outputs).toEqual([]);
  });

  test('errors and results have the fields of nbformat, whatever the kernel left out', () => {
    expect(fold({ type: 'error', content: { ename: 'E' } })).toEqual([
      { output_type: 'error', ename: 'E', evalue: '', traceback: [] },
    ]);
    expect(fold({ type: 'execute_result', content: { data: { 'text/plain': '1' }, execution_count: 3 } })).toEqual([
      { output_type: 'execute_result', data: { 'text/plain': '1' }, metadata: {}, execution_count: 3 },
    ]);
  });
});

describe('[X12] the smallest change', () => {
  const stream = (text: string, name = 'stdout'): Output => ({ output_type: 'stream', name, text });
  const [a, b] = [stream('a'), stream('b', 'stderr')];

  test('only the last stream changes in place', () => {
    expect(difference([a], [a])).toBeUndefined();
    expect(difference([a], [stream('ab'), b])).toEqual({ tail: { remove: 0, add: 'b' }, keep: 1, add: [b] });
    expect(difference([a, b], [stream('ab'), b])).toEqual({ tail: undefined, keep: 0, add: [stream('ab'), b] });
    expect(difference([stream('10%')], [stream('100%')])?.tail).toEqual({ remove: 1, add: '0%' });
    expect(difference([a, b], [])).toEqual({ tail: undefined, keep: 0, add: [] });
  });

  test('no half of a character is left alone', () => {
    expect(difference([stream('x😀')], [stream('x😁')])?.tail).toEqual({ remove: 2, add: '😁' });
  });
});

test('[X13] flushing at any points gives what flushing at the end gives, by seed', () => {
  const piece = fc
    .array(fc.constantFrom('a', 'bc', '\n', '\r', '\b', '😀', '50%'), { maxLength: 5 })
    .map((all) => all.join(''));
  const message = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(piece, fc.constantFrom('stdout', 'stderr')).map(([text, name]) => print(text, name)),
    },
    { weight: 2, arbitrary: fc.tuple(fc.string(), fc.constantFrom('x', 'y')).map(([text, id]) => show(text, id)) },
    { weight: 2, arbitrary: fc.tuple(fc.string(), fc.constantFrom('x', 'y')).map(([text, id]) => update(text, id)) },
    { weight: 1, arbitrary: fc.boolean().map(clear) },
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(message, fc.boolean()), { maxLength: 60 }), (steps) => {
      const outputs = new OutputFold();
      let written: readonly Output[] = [];
      let shown: Output[] = [];
      const flush = () => {
        const changes = difference(written, outputs.outputs);
        written = outputs.outputs;
        if (changes === undefined) return;
        shown = shown.slice(0, changes.keep);
        const last = shown.at(-1);
        if (changes.tail !== undefined && last !== undefined) {
          const text = String(last.text);
          shown[shown.length - 1] = {
            ...last,
            text: text.slice(0, text.length - changes.tail.remove) + changes.tail.add,
          };
        }
        shown.push(...changes.add);
        for (const [at, output] of shown.entries()) {
          expect(at > 0 && output.output_type === 'stream' && shown[at - 1]?.name === output.name).toBe(false);
        }
      };
      for (const [each, flushes] of steps) {
        outputs.apply(each);
        if (flushes) flush();
      }
      flush();
      expect(shown).toEqual(fold(...steps.map(([each]) => each)));
    }),
    { seed: 20261125, numRuns: 500 },
  );
});
