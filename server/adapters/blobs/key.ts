import { DaybookError } from '@daybook/shared/errors/error';
import type { ByteRange } from '@daybook/shared/ports/blobs';

const LONGEST_KEY = 512;
const LONGEST_PART = 100;
const PART = /^[A-Za-z0-9._-]+$/;

/** Fails with `bad_blob_key` unless the key is one that every store can hold (see the port). */
export function checkKey(key: string): void {
  if (key.length <= LONGEST_KEY && key.split('/').every(isPart)) return;
  throw badKey('key', key);
}

/** As `checkKey`, for the beginning of a key: anything up to and including its first characters. */
export function checkPrefix(prefix: string): void {
  if (prefix === '') return;
  const parts = prefix.split('/');
  const last = parts.pop() ?? '';
  if (prefix.length <= LONGEST_KEY && parts.every(isPart) && /^[A-Za-z0-9._-]*$/.test(last)) return;
  throw badKey('prefix', prefix);
}

/** Fails with `bad_blob_range` unless the bounds are whole numbers in order. */
export function checkRange(range: ByteRange | undefined): void {
  if (range === undefined) return;
  const { start, end } = range;
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end >= start) return;
  throw new DaybookError('bad_blob_range', `The byte range [${start}, ${end}) is not one.`, {
    action: 'Give two whole numbers, the first not above the second.',
  });
}

export function notFound(key: string, cause?: unknown): DaybookError {
  return new DaybookError('blob_not_found', `There is no blob “${key}”.`, { cause, status: 404 });
}

function isPart(part: string): boolean {
  return part.length <= LONGEST_PART && PART.test(part) && part !== '.' && part !== '..';
}

function badKey(what: string, text: string): DaybookError {
  return new DaybookError('bad_blob_key', `The blob ${what} ${JSON.stringify(text.slice(0, 200))} is not valid.`, {
    action: 'Use parts of 1 to 100 letters, digits, “.”, “_” and “-”, joined by “/”, 512 characters in all.',
  });
}
