import type { TextValues } from './payload.ts';

/** Distinct texts up to which a column is kept as numbers of them. */
const MOST_DISTINCT = 16_384;
/** Texts encoded in one go. */
const BLOCK = 4_096;

const encoder = new TextEncoder();

/** Texts as bytes, null as nothing. Lone surrogates become U+FFFD, as everywhere outside JavaScript. */
export function packTexts(values: readonly (string | null)[]): TextValues {
  return withCodes(values) ?? flat(values);
}

/** Most text columns say the same few things again and again. */
function withCodes(values: readonly (string | null)[]): TextValues | undefined {
  const known = new Map<string, number>();
  const codes = new Uint32Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (typeof value !== 'string') continue;
    let code = known.get(value);
    if (code === undefined) {
      if (known.size === MOST_DISTINCT || known.size > 1_000 + row / 2) return undefined;
      code = known.size;
      known.set(value, code);
    }
    codes[row] = code;
  }
  return { ...flat([...known.keys()]), codes };
}

function flat(values: readonly (string | null)[]): TextValues {
  const offsets = new Float64Array(values.length + 1);
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (let from = 0; from < values.length; from += BLOCK) {
    const block = values.slice(from, from + BLOCK).map((value) => value ?? '');
    const joined = block.join('');
    const bytes = encoder.encode(joined);
    const ascii = bytes.length === joined.length;
    for (const [index, text] of block.entries()) {
      const piece = ascii ? undefined : encoder.encode(text);
      if (piece !== undefined) pieces.push(piece);
      at += piece?.length ?? text.length;
      offsets[from + index + 1] = at;
    }
    if (ascii) pieces.push(bytes);
  }
  return { kind: 'text', type: 'VARCHAR', bytes: joinBytes(pieces, at), offsets };
}

/** Byte values, null as nothing. */
export function packBlobs(values: readonly (Uint8Array | null)[]): TextValues {
  const offsets = new Float64Array(values.length + 1);
  let at = 0;
  for (const [row, value] of values.entries()) {
    at += value?.length ?? 0;
    offsets[row + 1] = at;
  }
  return { kind: 'text', type: 'BLOB', bytes: joinBytes(values, at), offsets };
}

function joinBytes(pieces: readonly (Uint8Array | null)[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    if (piece === null) continue;
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
