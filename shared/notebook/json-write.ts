import { JsonNumber } from './json-number.ts';

/**
 * Writes JSON byte for byte as Python's `json.dumps(indent=1, sort_keys=True,
 * ensure_ascii=False)`, which is how Jupyter writes notebooks. Members that are `undefined` are
 * left out.
 */
export function writeJson(value: unknown, indent = ''): string {
  if (value instanceof JsonNumber) return value.literal;
  // NaN, Infinity and -Infinity, which JSON does not know, are spelled as in JavaScript.
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    const inner = `${indent} `;
    return `[\n${value.map((item) => inner + writeJson(item, inner)).join(',\n')}\n${indent}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    if (members.length === 0) return '{}';
    const inner = `${indent} `;
    const lines = members
      .sort(([a], [b]) => byCodePoint(a, b))
      .map(([name, member]) => `${inner}${JSON.stringify(name)}: ${writeJson(member, inner)}`);
    return `{\n${lines.join(',\n')}\n${indent}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** Python orders by code point, JavaScript by UTF-16 unit: they differ from U+E000 on. */
function byCodePoint(a: string, b: string): number {
  for (let at = 0; at < a.length && at < b.length; at += 1) {
    if (a[at] === b[at]) continue;
    return rank(a.charCodeAt(at)) - rank(b.charCodeAt(at));
  }
  return a.length - b.length;
}

/** Surrogates, which stand for the highest code points, move behind U+E000–U+FFFF. */
function rank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
}
