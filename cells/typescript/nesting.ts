/**
 * oxc descends with every nesting of a source, on the machine's own stack: one that goes too deep
 * ends the whole process. Measured with 8 MB of stack: 3,200 of the costliest brackets pass, and
 * chains of 16,000 characters; threads have half of that.
 */
const MOST_DEPTH = 1_000;
/** Characters of one expression without a comma or a brace, texts and comments left out: `a=>a=>…` has no brackets. */
const MOST_CHAIN = 15_000;

/** Where a source becomes nested too deeply for the parser, as an offset; undefined when it does not. */
export function tooDeepAt(source: string): number | undefined {
  if (source.length < MOST_CHAIN && !hasManyBrackets(source)) return undefined;
  /** What is open: brackets, and texts with the code in them. */
  const open: string[] = [];
  let chain = 0;
  for (let at = 0; at < source.length; at += 1) {
    const char = source.charAt(at);
    if (char === '\\') at += 1;
    else if (open.at(-1) === '`') {
      if (char === '`') open.pop();
      else if (char === '$' && source[at + 1] === '{') {
        open.push('{');
        at += 1;
      }
    } else if (char === '"' || char === "'") at = endOfString(source, at);
    else if (char === '/' && source[at + 1] === '/') at = endAt(source, '\n', at);
    else if (char === '/' && source[at + 1] === '*') at = endAt(source, '*/', at + 2);
    else {
      if (OPENING.has(char)) open.push(char);
      else if (CLOSING.has(char)) open.pop();
      chain = ENDS_CHAIN.has(char) ? 0 : chain + (SPACE.has(char) ? 0 : 1);
    }
    if (open.length > MOST_DEPTH || chain > MOST_CHAIN) return at;
  }
  return undefined;
}

const OPENING = new Set('([{`');
const CLOSING = new Set(')]}');
const ENDS_CHAIN = new Set(';,{}');
const SPACE = new Set(' \t\r\n');

/** Most cells have not even enough to be nested too deeply. */
function hasManyBrackets(source: string): boolean {
  let count = 0;
  for (let at = 0; at < source.length && count <= MOST_DEPTH; at += 1) {
    const code = source.charCodeAt(at);
    // ( [ { `
    if (code === 40 || code === 91 || code === 123 || code === 96) count += 1;
  }
  return count > MOST_DEPTH;
}

/** A text in quotes ends on its line, if it ends. */
function endOfString(source: string, start: number): number {
  const quote = source[start];
  for (let at = start + 1; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1;
    else if (source[at] === quote || source[at] === '\n') return at;
  }
  return source.length;
}

function endAt(source: string, end: string, from: number): number {
  const at = source.indexOf(end, from);
  return at < 0 ? source.length : at + end.length - 1;
}
