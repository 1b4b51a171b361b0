import { formatNotebook } from '@daybook/shared/notebook/format';
import { writeJson } from '@daybook/shared/notebook/json-write';
import type { CodeCell, Output } from '@daybook/shared/notebook/notebook';
import {
  comparable,
  isStreamMarker,
  LARGEST_STREAM,
  LARGEST_VALUE,
  markerOf,
  REF_MIME,
} from '@daybook/shared/notebook/outputs/ref';
import { parseNotebook } from '@daybook/shared/notebook/parse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { createNotebookDocument } from '../collab/notebook-document.ts';
import { LongStream } from './long-stream.ts';
import { Packing } from './pack.ts';
import { stow } from './stow.ts';
import { type OutputsBench, openOutputs } from './testing/bench.ts';
import { LargeNotebookMaker, notebookOf } from './testing/large-outputs.ts';

let bench: OutputsBench;
beforeAll(async () => {
  bench = await openOutputs();
});
afterAll(() => bench?.close());

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (file: Uint8Array) => Buffer.from(file).toString();
const outputsOf = (file: Uint8Array) => (parseNotebook(textOf(file)).cells[0] as CodeCell).outputs;

/** What comes out of a document that took this file, as another client has it. */
async function throughDocument(file: string): Promise<{ packed: Uint8Array; file: string }> {
  const { outputs } = bench;
  const document = createNotebookDocument();
  document.fill(await outputs.pack(bytes(file)));
  const copy = createNotebookDocument();
  Y.applyUpdateV2(copy.doc, Y.encodeStateAsUpdateV2(document.doc));
  const packed = copy.write();
  return { packed, file: textOf(await outputs.unpack(packed)) };
}

describe('[O2] a file with large outputs comes back byte for byte', () => {
  test.each([0, 25, 50, 75])(
    'property: seeds from %i, with outputs around the limits',
    async (first) => {
      for (let seed = first; seed < first + 25; seed += 1) {
        const maker = new LargeNotebookMaker(seed);
        const notebook = maker.notebook(3);
        const written = formatNotebook(parseNotebook(formatNotebook(notebook)));
        const through = await throughDocument(written);
        expect(through.file === written, `seed ${seed}`).toBe(true);
        for (const cell of parseNotebook(textOf(through.packed)).cells) {
          for (const output of cell.cell_type === 'code' ? cell.outputs : []) {
            expect(writeJson(output).length, `seed ${seed}`).toBeLessThan(2.5 * LARGEST_STREAM);
          }
        }
      }
    },
    120_000,
  );

  test('what is small, or no notebook, is not touched', async () => {
    const { outputs } = bench;
    const small = bytes(formatNotebook(notebookOf({ output_type: 'stream', name: 'stdout', text: 'hi\n' })));
    const other = bytes('{'.repeat(100_000));
    const spelled = bytes(
      `{"cells": [], "metadata": {"x": "${'y'.repeat(100_000)}"}, "nbformat": 4, "nbformat_minor": 5}`,
    );
    for (const file of [small, other, spelled, new Uint8Array()]) {
      expect(await outputs.pack(file)).toBe(file);
      expect(await outputs.unpack(file)).toBe(file);
    }
  });

  test('two streams of one name beside each other stay two', async () => {
    const stream = (text: string): Output => ({ output_type: 'stream', name: 'stdout', text });
    const written = formatNotebook(
      notebookOf(stream('x\n'.repeat(LARGEST_STREAM)), stream('second\n'), stream('third')),
    );
    expect((await throughDocument(written)).file).toBe(written);
  });

  test('a text that pretends to be a place is a text', async () => {
    const { outputs } = bench;
    const written = formatNotebook(
      notebookOf(
        { output_type: 'display_data', data: { 'text/html': 'x'.repeat(100_000) }, metadata: {} },
        { output_type: 'stream', name: 'stdout', text: '\u00010;\u0001a:0;' },
      ),
    );
    expect(textOf(await outputs.unpack(await outputs.pack(bytes(written))))).toBe(written);
  });
});

describe('[O1] what stands in the document', () => {
  test('50 MB of text are a few KB, with beginning and end', async () => {
    const lines = Array.from({ length: 1_000_000 }, (_, index) => `line ${index} ${'·'.repeat(20)}`);
    const text = `${lines.join('\n')}\n`;
    const written = bytes(formatNotebook(notebookOf({ output_type: 'stream', name: 'stderr', text })));
    expect(written.byteLength).toBeGreaterThan(50_000_000);
    const packed = await bench.outputs.pack(written);
    expect(packed.byteLength).toBeLessThan(16_000);
    const shown = String(outputsOf(packed).map(({ data }) => (data as Record<string, unknown>)['text/plain'])[0]);
    expect(shown.startsWith('line 0 ')).toBe(true);
    expect(shown).toContain(' MB in all …');
    expect(shown.endsWith(`line 999999 ${'·'.repeat(20)}\n`)).toBe(true);
    expect(Buffer.compare(await bench.outputs.unpack(packed), written)).toBe(0);
  }, 120_000);

  test('a picture keeps its size, a small text beside it stays, and what has no text gets one', async () => {
    const png = Buffer.alloc(100_000, 7);
    png.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 0, 'latin1');
    png.writeUInt32BE(640, 16);
    png.writeUInt32BE(480, 20);
    const { store } = bench.outputs;
    const shown = (data: Readonly<Record<string, unknown>>) =>
      stow(store, { output_type: 'display_data', data, metadata: {} });
    const picture = await shown({ 'image/png': `${png.toString('base64')}\n`, 'text/plain': '<Figure>' });
    expect(picture.data).toMatchObject({ 'text/plain': '<Figure>' });
    expect(markerOf(picture)).toMatchObject({
      items: { 'image/png': { size: 100_000, enc: 'base64', end: '\n', width: 640, height: 480 } },
    });
    const html = await shown({ 'text/html': 'x'.repeat(LARGEST_VALUE + 1) });
    expect(html.data).toMatchObject({ 'text/plain': '[text/html, 66 KB]' });
    expect(markerOf(html)).toMatchObject({ standIn: true });
    const result = await shown({ 'application/vnd.daybook.result+json': { x: 'x'.repeat(LARGEST_VALUE) } });
    expect(markerOf(result)).toBeUndefined();
  });

  test('the same bytes are stored once', async () => {
    const own = await openOutputs();
    try {
      const output: Output = { output_type: 'display_data', data: { 'text/html': 'x'.repeat(100_000) }, metadata: {} };
      await own.outputs.pack(bytes(formatNotebook(notebookOf(output, output))));
      expect(await own.stored()).toHaveLength(1);
    } finally {
      await own.close();
    }
  });
});

describe('[O4] a stream that grows', () => {
  test('has few parts, the hash of the whole, and the same text whatever pieces it comes in', async () => {
    const { store } = bench.outputs;
    const pieces = Array.from({ length: 130 }, (_, nth) => `${nth} `.repeat(20_000) + (nth % 3 === 0 ? '\n' : ''));
    const stream = new LongStream(store, 'stdout');
    for (const piece of pieces) await stream.add(piece);
    const grown = stream.output({ open: false });
    const whole = await stow(store, { output_type: 'stream', name: 'stdout', text: pieces.join('') });
    const marker = markerOf(grown);
    if (!isStreamMarker(marker)) throw new Error('no marker');
    expect(marker.parts.length).toBeLessThan(45);
    expect(writeJson(grown).length).toBeLessThan(20_000);
    expect(writeJson(comparable([grown]))).toBe(writeJson(comparable([whole])));
    const [one, other] = await Promise.all(
      [grown, whole].map((output) => bench.outputs.unpack(bytes(formatNotebook(notebookOf(output))))),
    );
    expect(Buffer.compare(one ?? bytes(''), other ?? bytes('x'))).toBe(0);
  }, 60_000);

  test.each(['behind a line\n', 'within a line'])(
    'one that goes on in the document is one stream in the file: %s',
    async (begin) => {
      const stream = new LongStream(bench.outputs.store, 'stdout');
      await stream.add(begin);
      const rest: Output = { output_type: 'stream', name: 'stdout', text: ' goes on\nto the end' };
      const file = await bench.outputs.unpack(bytes(formatNotebook(notebookOf(stream.output({ open: true }), rest))));
      const wanted: Output = { output_type: 'stream', name: 'stdout', text: `${begin} goes on\nto the end` };
      expect(textOf(file)).toBe(formatNotebook(notebookOf(wanted)));
    },
  );

  test('a piece that could not be stored may be added again', async () => {
    let fail = true;
    const { store } = bench.outputs;
    const stream = new LongStream(
      { ...store, put: (each) => (fail ? Promise.reject(new Error('away')) : store.put(each)) },
      'stdout',
    );
    await expect(stream.add('once')).rejects.toThrow('away');
    fail = false;
    await stream.add('once');
    const file = await bench.outputs.unpack(bytes(formatNotebook(notebookOf(stream.output({ open: false })))));
    expect(outputsOf(file)).toEqual([{ output_type: 'stream', name: 'stdout', text: 'once' }]);
  });
});

describe('[O5] bytes that are gone', () => {
  const html: Output = {
    output_type: 'display_data',
    data: { 'text/html': 'y'.repeat(100_000), 'text/plain': 'beside' },
    metadata: {},
  };
  const stream: Output = { output_type: 'stream', name: 'stdout', text: 'z\n'.repeat(LARGEST_STREAM) };

  test('leave their stand-in and the marker in the file; both are whole again when the bytes are back', async () => {
    const own = await openOutputs();
    try {
      const written = formatNotebook(notebookOf(html, stream));
      const packed = await own.outputs.pack(bytes(written));
      for (const sha256 of await own.stored()) await own.blobs.delete(`outputs/${sha256.slice(0, 2)}/${sha256}`);
      const broken = await own.outputs.unpack(packed);
      expect(textOf(broken)).toBe(textOf(packed));
      expect(outputsOf(broken).map(({ data }) => (data as Record<string, unknown>)['text/plain'])).toEqual([
        'beside',
        expect.stringContaining('in all'),
      ]);
      // The file is opened anew, and the store comes back from a backup.
      const again = await own.outputs.pack(broken);
      await own.outputs.pack(bytes(written));
      expect(textOf(await own.outputs.unpack(again))).toBe(written);
    } finally {
      await own.close();
    }
  });

  test('a store that is away is an error, so that the file is written later', async () => {
    let away = false;
    const own = await openOutputs((blobs) => ({
      ...blobs,
      get: (key, range) => (away ? Promise.reject(new Error('unreachable')) : blobs.get(key, range)),
    }));
    try {
      const packed = await own.outputs.pack(bytes(formatNotebook(notebookOf(html))));
      away = true;
      await expect(own.outputs.unpack(packed)).rejects.toThrow('unreachable');
    } finally {
      await own.close();
    }
  });
});

describe('[O3] [O8] markers that nobody here wrote', () => {
  test('what only looks like a marker stays as it is', async () => {
    for (const marker of [{}, 1, { v: 1, items: { 'text/html': { sha256: '../secret', size: 1, enc: 'utf8' } } }]) {
      const output: Output = {
        output_type: 'display_data',
        data: { [REF_MIME]: marker, 'text/plain': 'x' },
        metadata: {},
      };
      const file = bytes(formatNotebook(notebookOf(output)));
      expect(textOf(await bench.outputs.unpack(file))).toBe(textOf(file));
    }
  });

  test('a file grows no larger than what can be handed out, however often a marker stands in it', async () => {
    const { store } = bench.outputs;
    const left: string[] = [];
    const packing = new Packing(store, { largest: 350_000, onLeft: (why) => left.push(why) });
    const output = await stow(store, {
      output_type: 'display_data',
      data: { 'text/html': 'x'.repeat(100_000) },
      metadata: {},
    });
    const file = await packing.unpack(bytes(formatNotebook(notebookOf(...Array(10).fill(output)))));
    expect(file.byteLength).toBeLessThan(360_000);
    expect(left).toEqual(Array(7).fill('too_large'));
    expect(outputsOf(file).filter((each) => markerOf(each) === undefined)).toHaveLength(3);
  });
});
