import { JsonNumber } from './json-number.ts';

/** Where and why a text is not JSON. Line and column count from 1. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
  readonly line: number;
  readonly column: number;

  constructor(reason: string, text: string, at: number) {
    const before = text.slice(0, at);
    const line = before.split('\n').length;
    const column = at - before.lastIndexOf('\n');
    super(`${reason} at line ${line}, column ${column}`);
    this.line = line;
    this.column = column;
  }
}

const DEEPEST = 500;
const NUMBER = /-?(?:Infinity|(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/y;
const WORDS: ReadonlyArray<readonly [string, unknown]> = [
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', new JsonNumber('NaN', Number.NaN)],
];

/**
 * Reads JSON as Python writes it: `NaN` and `Infinity` are allowed, and a number whose spelling
 * would be lost becomes a JsonNumber. Of a key given twice the last one counts.
 */
export function readJson(text: string): unknown {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;

  function fail(reason: string): never {
    throw new JsonSyntaxError(at >= text.length ? 'the text ends too early' : reason, text, at);
  }

  function space(): void {
    for (;;) {
      const code = text.charCodeAt(at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      at += 1;
    }
  }

  function value(depth: number): unknown {
    if (depth > DEEPEST) fail('too many levels');
    space();
    const first = text[at];
    if (first === '"') return string();
    if (first === '{') return object(depth);
    if (first === '[') return array(depth);
    for (const [word, meaning] of WORDS) {
      if (!text.startsWith(word, at)) continue;
      at += word.length;
      return meaning;
    }
    return number();
  }

  function number(): unknown {
    NUMBER.lastIndex = at;
    const literal = NUMBER.exec(text)?.[0];
    if (literal === undefined) return fail('unexpected character');
    at += literal.length;
    const parsed = Number(literal);
    return JSON.stringify(parsed) === literal ? parsed : new JsonNumber(literal, parsed);
  }

  function string(): string {
    const start = at;
    let end = at + 1;
    for (;;) {
      end = text.indexOf('"', end);
      if (end === -1) {
        at = text.length;
        fail('a string without an end');
      }
      let slashes = 0;
      while (text[end - 1 - slashes] === '\\') slashes += 1;
      end += 1;
      if (slashes % 2 === 0) break;
    }
    at = end;
    try {
      return JSON.parse(text.slice(start, end)) as string;
    } catch {
      at = start;
      return fail('a string with a bad escape or a raw line break');
    }
  }

  function array(depth: number): unknown[] {
    const items: unknown[] = [];
    at += 1;
    space();
    if (text[at] === ']') {
      at += 1;
      return items;
    }
    for (;;) {
      items.push(value(depth + 1));
      space();
      if (text[at] === ']') break;
      if (text[at] !== ',') fail('expected “,” or “]”');
      at += 1;
    }
    at += 1;
    return items;
  }

  function object(depth: number): Record<string, unknown> {
    const members: Record<string, unknown> = {};
    at += 1;
    space();
    if (text[at] === '}') {
      at += 1;
      return members;
    }
    for (;;) {
      space();
      if (text[at] !== '"') fail('expected a name in quotes');
      const name = string();
      space();
      if (text[at] !== ':') fail('expected “:”');
      at += 1;
      // defineProperty, because assigning to `__proto__` would do something else
      const member = { value: value(depth + 1), writable: true, enumerable: true, configurable: true };
      Object.defineProperty(members, name, member);
      space();
      if (text[at] === '}') break;
      if (text[at] !== ',') fail('expected “,” or “}”');
      at += 1;
    }
    at += 1;
    return members;
  }

  const result = value(0);
  space();
  if (at < text.length) fail('something follows the end');
  return result;
}
