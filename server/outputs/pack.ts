import { randomUUID } from 'node:crypto';
import { DaybookError } from '@daybook/shared/errors/error';
import { formatNotebook } from '@daybook/shared/notebook/format';
import type { Cell, Notebook, Output } from '@daybook/shared/notebook/notebook';
import {
  isStreamMarker,
  LARGEST_VALUE,
  type Marker,
  markerOf,
  REF_MIME,
  refsOf,
  withoutStandIn,
} from '@daybook/shared/notebook/outputs/ref';
import { parseNotebook } from '@daybook/shared/notebook/parse';
import { type Fragment, Fragments } from './fragments.ts';
import type { OutputStore } from './store.ts';
import { isLarge, stow } from './stow.ts';

/** Bytes of outputs that one file holds: as much as the Contents API hands out. */
const LARGEST_FILE = 256 << 20;

export interface PackOptions {
  /** Told of a marker that stays in a file since what it names is gone, or since the file would be too large. */
  readonly onLeft?: ((why: 'gone' | 'too_large') => void) | undefined;
  readonly largest?: number | undefined;
}

/** Notebook files with their large outputs in a store beside them (“packed”), and back. */
export class Packing {
  readonly #store: OutputStore;
  readonly #fragments: Fragments;
  readonly #options: PackOptions;

  constructor(store: OutputStore, options: PackOptions = {}) {
    this.#store = store;
    this.#fragments = new Fragments(store);
    this.#options = options;
  }

  /**
   * The file with markers in the place of large outputs; they are durable when it resolves. A file
   * that has none, or is no notebook, comes back as it is.
   */
  async pack(file: Uint8Array): Promise<Uint8Array> {
    if (file.byteLength <= LARGEST_VALUE) return file;
    const notebook = readNotebook(file);
    if (notebook === undefined || !notebook.cells.some(hasLarge)) return file;
    const cells: Cell[] = [];
    for (const cell of notebook.cells) cells.push(await this.#packCell(cell));
    return Buffer.from(formatNotebook({ ...notebook, cells }));
  }

  /**
   * The file with everything in it, byte for byte as if nothing had been taken out. A marker stays
   * where what it names is gone, and beyond the size of the largest file. Errors: those of the store.
   */
  async unpack(packed: Uint8Array): Promise<Uint8Array> {
    if (!Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength).includes(REF_MIME)) return packed;
    const notebook = readNotebook(packed);
    if (notebook === undefined) return packed;
    const token = `\u0001${randomUUID()}:`;
    const fragments: Fragment[] = [];
    let room = this.#options.largest ?? LARGEST_FILE;
    const inPlaceOf = async (marker: Marker): Promise<Fragment[] | undefined> => {
      const size = refsOf(marker).reduce((sum, ref) => sum + ref.size, 0);
      if (size > room) return this.#leave('too_large');
      try {
        const found = await this.#fragments.of(marker);
        room -= found.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
        return found;
      } catch (error) {
        if (!(error instanceof DaybookError && error.code === 'output_gone')) throw error;
        return this.#leave('gone');
      }
    };
    const place = (fragment: Fragment): string => {
      fragments.push(fragment);
      return `${token}${fragments.length - 1};`;
    };
    const cells: Cell[] = [];
    for (const cell of notebook.cells) {
      if (cell.cell_type !== 'code' || !cell.outputs.some((output) => markerOf(output) !== undefined)) cells.push(cell);
      else cells.push({ ...cell, outputs: await wholeOutputs(cell.outputs, inPlaceOf, place) });
    }
    return assemble(formatNotebook({ ...notebook, cells }), token, fragments);
  }

  async #packCell(cell: Cell): Promise<Cell> {
    if (!hasLarge(cell) || cell.cell_type !== 'code') return cell;
    const outputs: Output[] = [];
    for (const output of cell.outputs) outputs.push(await stow(this.#store, output));
    return { ...cell, outputs };
  }

  #leave(why: 'gone' | 'too_large'): undefined {
    this.#options.onLeft?.(why);
    return undefined;
  }
}

/** Outputs with places for what goes in for their markers. */
async function wholeOutputs(
  outputs: readonly Output[],
  inPlaceOf: (marker: Marker) => Promise<Fragment[] | undefined>,
  place: (fragment: Fragment) => string,
): Promise<Output[]> {
  const whole: Output[] = [];
  /** The beginning of a stream that goes on in the next output. */
  let begun: { readonly name: string; readonly text: string } | undefined;
  for (const output of outputs) {
    const goesOn = begun !== undefined && output.output_type === 'stream' && output.name === begun.name;
    if (goesOn && begun !== undefined) {
      whole[whole.length - 1] = { ...whole.at(-1), ...output, text: begun.text + String(output.text ?? '') };
      begun = undefined;
      continue;
    }
    begun = undefined;
    const marker = markerOf(output);
    const found = marker === undefined ? undefined : await inPlaceOf(marker);
    if (marker === undefined || found === undefined) {
      whole.push(output);
    } else if (isStreamMarker(marker)) {
      const [fragment] = found;
      const text = fragment === undefined ? '' : place(fragment);
      whole.push({ ...marker.rest, output_type: 'stream', name: marker.stream, text });
      if (marker.open === true) begun = { name: marker.stream, text };
    } else {
      const data = withoutStandIn(output, marker);
      for (const [nth, mime] of Object.keys(marker.items).entries()) {
        const fragment = found[nth];
        if (fragment !== undefined) data[mime] = place(fragment);
      }
      whole.push({ ...output, data });
    }
  }
  return whole;
}

/** The text with the fragments in the place of their tokens, which stand at the beginning of strings. */
function assemble(text: string, token: string, fragments: readonly Fragment[]): Uint8Array {
  const chunks: Uint8Array[] = [];
  const begin = JSON.stringify(token).slice(0, -1);
  let from = 0;
  for (let at = text.indexOf(begin); at !== -1; at = text.indexOf(begin, from)) {
    const end = text.indexOf(';', at + begin.length);
    const { bytes, endsLine } = fragments[Number(text.slice(at + begin.length, end))] ?? NOTHING;
    chunks.push(Buffer.from(text.slice(from, at)));
    from = end + 1;
    if (text[from] === '"') {
      chunks.push(bytes);
      from += 1;
    } else if (endsLine) {
      // The stream goes on with a line of its own, indented as the one before it.
      const indent = text.slice(text.lastIndexOf('\n', at), at);
      chunks.push(bytes, Buffer.from(`,${indent}"`));
    } else {
      chunks.push(bytes.subarray(0, -1));
    }
  }
  chunks.push(Buffer.from(text.slice(from)));
  return Buffer.concat(chunks);
}

const NOTHING: Fragment = { bytes: Buffer.from('""'), endsLine: false };

function hasLarge(cell: Cell): boolean {
  return cell.cell_type === 'code' && cell.outputs.some(isLarge);
}

/** Undefined for what cannot be read: whoever opens it is told why. */
function readNotebook(file: Uint8Array): Notebook | undefined {
  try {
    return parseNotebook(new TextDecoder('utf-8', { fatal: true }).decode(file));
  } catch {
    return undefined;
  }
}
