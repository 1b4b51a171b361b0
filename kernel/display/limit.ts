import { inspect } from 'node:util';
import type { MimeBundle } from '../protocol/wire.ts';

const MOST = 10 * 1024 * 1024;

/** Types whose data is JSON; that of all others is text (bytes as base64). */
const JSON_TYPE = /[/+]json$/;

/**
 * What a notebook file can hold of a bundle that a user's object gave: known types with data of the
 * right form, within a size. What is left out is said.
 */
export function limited(bundle: MimeBundle, most = MOST): MimeBundle {
  const kept: MimeBundle = {};
  const left: string[] = [];
  let room = most;
  for (const [mime, value] of Object.entries(bundle)) {
    if (!/^[^/\s]+\/[^/\s]+$/.test(mime) || value === undefined || value === null || typeof value === 'function')
      continue;
    const data = JSON_TYPE.test(mime) ? jsonData(value) : textData(value);
    if (data === undefined) {
      left.push(`${mime} (nested too deeply)`);
      continue;
    }
    const fits = data.length <= room;
    if (fits) {
      room -= data.length;
      kept[mime] = JSON_TYPE.test(mime) ? JSON.parse(data) : data;
    } else if (mime === 'text/plain') kept[mime] = `${data.slice(0, most)}\n[…]`;
    else left.push(`${mime} (${Math.round(data.length / 1_048_576)} MB)`);
  }
  if (left.length === 0) return kept;
  const note = `[Left out: ${left.join(', ')}. An output may hold ${Math.round(most / 1_048_576)} MB; write larger ones to a file.]`;
  return { ...kept, 'text/plain': [kept['text/plain'], note].filter(Boolean).join('\n') };
}

/** Text as it is, also in lines; bytes as base64; of anything else what `inspect` says. */
function textData(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((line) => typeof line === 'string')) return value.join('');
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString('base64');
  return inspect(value);
}

/**
 * JSON of what users put into bundles: big integers as text, bytes as base64, tables of numbers as
 * arrays, maps as objects, circles cut. Undefined when it is
 * nested too deeply.
 */
function jsonData(value: unknown): string | undefined {
  const above: unknown[] = [];
  try {
    const json = JSON.stringify(value, function (this: unknown, _key, each: unknown) {
      const plain = plainData(each);
      if (typeof plain !== 'object' || plain === null) return plain;
      while (above.length > 0 && above.at(-1) !== this) above.pop();
      if (above.includes(plain)) return '[circular]';
      above.push(plain);
      return plain;
    });
    return json ?? 'null';
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function plainData(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return Array.from(value as unknown as ArrayLike<unknown>);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, each]) => [String(key), each]));
  if (value instanceof Set) return [...value];
  return value;
}
