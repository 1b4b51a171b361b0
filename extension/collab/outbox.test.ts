import { beforeEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { Outbox } from './outbox.ts';

let now = 0;
let outbox: Outbox;
beforeEach(() => {
  now = 1_000_000;
  outbox = new Outbox('page', () => now);
});

let doc: Y.Doc;
let updates: Uint8Array[];
beforeEach(() => {
  doc = new Y.Doc();
  updates = [];
  doc.on('update', (update: Uint8Array) => updates.push(update));
});

/** Types a letter; answers the update. */
function type(letter: string): Uint8Array {
  const text = doc.getText('source');
  text.insert(text.length, letter);
  return updates.at(-1) ?? new Uint8Array();
}

/** A frame with the newest change; the first of a connection is the answer with everything. */
const send = (number: number, whole = false) => outbox.sent({ number, whole });
const write = (letter: string, gather = true) => outbox.add(type(letter), { content: true, gather });

describe('what is unsaved [C1]', () => {
  test('an edit leaves with the acknowledgement of its frame, and of any later one', () => {
    write('a');
    send(1);
    now += 5_000;
    write('b');
    send(2);
    expect(outbox.unsaved).toBe(2);
    outbox.acknowledge(1);
    expect(outbox.unsaved).toBe(1);
    outbox.acknowledge(7);
    expect(outbox.unsaved).toBe(0);
  });

  test('an edit that was never sent is acknowledged by nothing', () => {
    write('a');
    outbox.acknowledge(9);
    expect(outbox.unsaved).toBe(1);
  });

  test('a lost connection takes its acknowledgements with it; the first frame of the next carries all', () => {
    write('a');
    send(4);
    outbox.disconnect();
    outbox.acknowledge(4);
    expect(outbox.unsaved).toBe(1);
    send(1, true);
    outbox.acknowledge(1);
    expect(outbox.unsaved).toBe(0);
  });

  test('a change that is sent by itself takes no edit along that was not', () => {
    outbox.add(type('a'), { content: true, keys: ['other:1'] });
    write('b', false);
    send(1);
    outbox.acknowledge(1);
    expect([outbox.unsaved, outbox.takeDone()]).toEqual([1, ['page:2']]);
  });

  test('a change sent before that answer takes nothing with it', () => {
    write('a');
    now += 5_000;
    write('b');
    send(1);
    outbox.acknowledge(1);
    expect(outbox.unsaved).toBe(1);
    send(2, true);
    outbox.acknowledge(2);
    expect(outbox.unsaved).toBe(0);
  });

  test('letters that follow each other are one edit, sent or not', () => {
    for (const letter of 'abc') write(letter);
    for (const [index, letter] of [...'def'].entries()) {
      write(letter);
      send(index + 1);
    }
    now += 2_000;
    write('g');
    expect(outbox.unsaved).toBe(2);
  });

  test('what the page notes by itself is no edit [C2]', () => {
    outbox.add(type('x'), { content: false });
    expect([outbox.unsaved, outbox.kept, outbox.toKeep()]).toEqual([0, true, []]);
  });
});

describe('what is to be kept on the device [C3]', () => {
  test('all of it in order, as updates that bring it all back', () => {
    for (const letter of 'ab') write(letter);
    now += 2_000;
    write('c');
    const kept = outbox.toKeep();
    expect(kept.map(({ id }) => id)).toEqual(['page:1.1', 'page:2']);
    const again = new Y.Doc();
    for (const { update } of kept) Y.applyUpdate(again, update);
    expect(again.getText('source').toJSON()).toBe('abc');
  });

  test('with the page’s own notes before an edit, without which it could not be brought back', () => {
    outbox.add(type('x'), { content: false });
    write('a', false);
    outbox.add(type('y'), { content: false });
    const kept = outbox.toKeep();
    expect(kept.map(({ id }) => id)).toEqual(['page:1', 'page:2']);
    outbox.markKept(kept);
    expect(outbox.kept).toBe(true);
    const again = new Y.Doc();
    for (const { update } of kept) Y.applyUpdate(again, update);
    expect(again.getText('source').toJSON()).toBe('xa');
  });

  test('an edit that grew after it was taken is kept again', () => {
    write('a');
    const taken = outbox.toKeep();
    now += 10;
    write('b');
    outbox.markKept(taken);
    expect([outbox.kept, outbox.toKeep().length]).toEqual([false, 1]);
    outbox.markKept(outbox.toKeep());
    expect([outbox.kept, outbox.toKeep()]).toEqual([true, []]);
  });

  test('what it grew into is kept under another id: another tab may let go of the first', () => {
    write('a');
    outbox.markKept(outbox.toKeep());
    now += 10;
    write('b');
    const grown = outbox.toKeep();
    outbox.markKept(grown);
    expect([grown.map(({ id }) => id), outbox.takeDone()]).toEqual([['page:1.1'], ['page:1']]);
  });

  test('what is durable is done with, once; what came from the device too', () => {
    outbox.add(type('a'), { content: true, keys: ['old:1', 'old:2'] });
    send(1);
    outbox.acknowledge(1);
    expect(outbox.takeDone().sort()).toEqual(['old:1', 'old:2', 'page:1']);
    expect(outbox.takeDone()).toEqual([]);
  });

  test('an afternoon offline stays small', () => {
    for (let index = 0; index < 1_000; index += 1) {
      write('x');
      now += 100;
    }
    expect(outbox.toKeep().length).toBeLessThanOrEqual(10);
  });
});

describe('what was rejected [C10]', () => {
  test('tells whether somebody wrote it, and keeps that', () => {
    write('a');
    send(1);
    expect([outbox.reject(1), outbox.unsaved]).toEqual([true, 1]);
  });

  test('a note of the page is let go', () => {
    outbox.add(type('x'), { content: false });
    send(1);
    expect(outbox.reject(1)).toBe(false);
  });
});

test('the age is that of the oldest', () => {
  expect(outbox.age).toBe(0);
  write('a');
  now += 700;
  expect(outbox.age).toBe(700);
});
