/** Where text stops being JSON, counted from 1, and what is wrong there. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings may not hold control characters, so they end the run.
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SPACE = /[ \t\n\r]*/y;
const WORD = /true|false|null/y;

class Fault extends Error {
  readonly at: number;
  constructor(at: number, reason: string) {
    super(reason);
    this.at = at;
  }
}

/**
 * Finds the first fault of text that `JSON.parse` refused; `undefined` when there is none. (The
 * engine's own messages do not always say where.) Nesting is limited to 10,000 levels.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  // A loop rather than one pattern: a pattern with two nested repeats can take forever on bad text.
  const string = (): boolean => {
    if (text[at] !== '"') return false;
    let end = at + 1;
    const skip = (pattern: RegExp): boolean => {
      pattern.lastIndex = end;
      const matched = pattern.test(text);
      if (matched) end = pattern.lastIndex;
      return matched;
    };
    do skip(PLAIN);
    while (skip(ESCAPE));
    if (text[end] !== '"') return false;
    at = end + 1;
    return true;
  };
  const fail = (reason: string): never => {
    throw new Fault(at, at >= text.length ? 'the file ends too early' : reason);
  };
  const key = () => {
    if (!string()) fail('a name in double quotes is expected here');
    match(SPACE);
    if (text[at] !== ':') fail('a colon is expected here');
    at++;
  };

  // An explicit stack: a damaged file must not overflow ours.
  const open: string[] = [];
  try {
    match(SPACE);
    value: for (;;) {
      match(SPACE);
      const start = text[at];
      if (start === '{' || start === '[') {
        if (open.length >= 10_000) fail('it is nested too deeply');
        at++;
        match(SPACE);
        const close = start === '{' ? '}' : ']';
        if (text[at] !== close) {
          open.push(close);
          if (start === '{') key();
          continue;
        }
        at++;
      } else if (!string() && match(NUMBER) === undefined && match(WORD) === undefined) {
        fail(start === '"' ? 'this text is not closed or has a wrong escape' : 'a value is expected here');
      }
      for (;;) {
        match(SPACE);
        const close = open.at(-1);
        if (close === undefined) {
          if (at < text.length) fail('something follows the end of the JSON');
          return undefined;
        }
        if (text[at] === close) {
          at++;
          open.pop();
          continue;
        }
        if (text[at] !== ',') fail(`a comma or ${close} is expected here`);
        at++;
        match(SPACE);
        if (close === '}') key();
        continue value;
      }
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const before = text.slice(0, error.at);
    const line = before.split('\n').length;
    return { line, column: error.at - before.lastIndexOf('\n'), reason: error.message };
  }
}
