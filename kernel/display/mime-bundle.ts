import { inspect, types } from 'node:util';
import type { MimeBundle } from '../protocol/wire.ts';
import { arrowPreview } from './arrow-preview.ts';
import { limited } from './limit.ts';
import { DISPLAY } from './symbol.ts';

/**
 * How a value is shown, by mime type. Undefined shows as nothing. Always holds `text/plain`;
 * cyclic and huge values are safe. A promise only where the value's own method is asynchronous.
 */
export function mimeBundle(value: unknown): MimeBundle | undefined | Promise<MimeBundle | undefined> {
  if (value === undefined) return undefined;
  const own = ownBundle(value);
  if (own instanceof Promise) return own.then((bundle) => complete(value, bundle));
  return complete(value, own);
}

function complete(value: unknown, own: unknown): MimeBundle | undefined {
  if (typeof own !== 'object' || own === null) return limited(arrowPreview(value) ?? { 'text/plain': show(value) });
  if (Object.keys(own).length === 0) return undefined;
  return limited({ 'text/plain': plain(value, own as MimeBundle), ...own });
}

/** Characters of markup that stand in for it as text. */
const PLAIN_CHARS = 4_000;

/** Like `util.inspect`, sized for a notebook. */
export function show(value: unknown): string {
  return inspect(value, { depth: 4, maxArrayLength: 100, maxStringLength: 100_000, breakLength: 100, compact: 3 });
}

function ownBundle(value: unknown): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  const method = displayMethod(value);
  return typeof method === 'function' ? method.call(value) : method;
}

function displayMethod(value: object): unknown {
  try {
    return DISPLAY in value ? value[DISPLAY] : undefined;
  } catch (error) {
    // A proxy may answer every question with an error. `inspect` asks it nothing.
    if (types.isProxy(value)) return undefined;
    throw error;
  }
}

function plain(value: unknown, bundle: MimeBundle): string {
  const markdown = bundle['text/markdown'];
  if (typeof markdown === 'string') return markdown;
  const html = bundle['text/html'];
  if (typeof html === 'string')
    return (
      html
        .slice(0, PLAIN_CHARS)
        .replace(/<[^>]*>/g, '')
        .trim() || 'HTML'
    );
  return bundle['image/svg+xml'] !== undefined ? 'SVG image' : show(value);
}
