import { Edits } from './edits.ts';
import { parse } from './parse.ts';
import { editStep, type Step } from './step.ts';

/**
 * A cell that ends in `{ a: 1 }` is meant as an object, though the grammar has a block with a
 * label there (or an error, with a second property). Like other consoles, we put it in
 * parentheses; undefined when the cell does not end in such a text.
 */
export function withObjectAtEnd(source: string): Step | undefined {
  if (!/\}\s*;?\s*$/.test(source)) return undefined;
  const start = startOfLast(source);
  if (start === undefined) return undefined;
  const end = source.trimEnd().replace(/;$/, '').trimEnd().length;
  if (!isObject(source.slice(start, end))) return undefined;
  const edits = new Edits(source);
  edits.replace(start, start, ';(');
  edits.replace(end, end, ')');
  const edited = edits.apply();
  return parses(edited.text) && parses(source.slice(0, start)) ? editStep(edited, source) : undefined;
}

/** Where the last line that begins with a brace begins. */
function startOfLast(source: string): number | undefined {
  const [last] = [...source.matchAll(/^[ \t]*\{/gm)].filter(({ index }) => parses(source.slice(0, index))).slice(-1);
  return last === undefined ? undefined : last.index + last[0].length - 1;
}

/** Whether `text` is an object when it stands where a value is expected, and no sensible block. */
function isObject(text: string): boolean {
  if (!parses(`(${text})`)) return false;
  const { program, errors } = parse('cell.ts', text, { lang: 'ts', sourceType: 'module' });
  if (errors.length > 0) return true;
  const [block] = program.body;
  if (program.body.length !== 1 || block?.type !== 'BlockStatement') return false;
  const [only] = block.body;
  return block.body.length === 1 && only?.type === 'LabeledStatement' && only.body.type === 'ExpressionStatement';
}

function parses(text: string): boolean {
  return parse('cell.ts', text, { lang: 'ts', sourceType: 'module' }).errors.length === 0;
}
