import type { MimeBundle } from '../protocol/wire.ts';

const MOST = 10 * 1024 * 1024;

/** Takes out of a bundle what would make the notebook file unusable, and says so. */
export function limited(bundle: MimeBundle, most = MOST): MimeBundle {
  const kept: MimeBundle = {};
  const left: string[] = [];
  let room = most;
  for (const [mime, value] of Object.entries(bundle)) {
    const json = typeof value === 'string' ? value : toJson(value);
    const fits = json.length <= room;
    if (fits) room -= json.length;
    if (fits) kept[mime] = typeof value === 'string' ? value : JSON.parse(json);
    else if (mime === 'text/plain') kept[mime] = `${json.slice(0, most)}\n[…]`;
    else left.push(`${mime} (${Math.round(json.length / 1_048_576)} MB)`);
  }
  if (left.length === 0) return kept;
  const note = `[Left out: ${left.join(', ')}. An output may hold ${Math.round(most / 1_048_576)} MB; write larger ones to a file.]`;
  return { ...kept, 'text/plain': [kept['text/plain'], note].filter(Boolean).join('\n') };
}

/** JSON of what users put into bundles: big integers as text, bytes as base64, circles cut. */
function toJson(value: unknown): string {
  const above: unknown[] = [];
  const json = JSON.stringify(value, function (this: unknown, _key, each: unknown) {
    if (typeof each === 'bigint') return String(each);
    if (each instanceof Uint8Array) return Buffer.from(each).toString('base64');
    if (typeof each !== 'object' || each === null) return each;
    while (above.length > 0 && above.at(-1) !== this) above.pop();
    if (above.includes(each)) return '[circular]';
    above.push(each);
    return each;
  });
  return json ?? 'null';
}
