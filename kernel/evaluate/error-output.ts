import { inspect } from 'node:util';
import { CancelledError, DaybookError } from '@daybook/shared/errors/error';
import type { ErrorOutput } from '../protocol/wire.ts';
import { codeFrame, DIM, heading, RESET } from './code-frame.ts';
import { firstPlace, OWN } from './stack.ts';
import { Thrown } from './thrown.ts';
import { thrownAt } from './thrown-values.ts';

/** The source an error without a stack belongs to (a syntax error). */
export interface ErrorSource {
  readonly source: string;
  readonly lineOffset: number;
}

/** Errors shown below one: its causes and those it holds, at most so deep and so many. */
const MOST_DEPTH = 4;
const MOST_WITHIN = 50;
/** Characters of an error's name, and of its message or one line of its stack. */
const MOST_NAME = 200;
const MOST_TEXT = 20_000;
const MOST_FRAMES = 50;

const UNREADABLE: ErrorOutput = {
  ename: 'Error',
  evalue: 'Something was thrown that cannot be shown.',
  traceback: ['Something was thrown that cannot be shown.'],
};

/** Anything a cell threw, as an `error` output: what, where in the cell, and the stack. Never throws. */
export function errorOutput(thrown: unknown, cell: ErrorSource): ErrorOutput {
  const { ename, evalue, traceback } = safely(() => describe(thrown, cell)) ?? UNREADABLE;
  return {
    ename: cut(ename, MOST_NAME),
    evalue: cut(evalue, MOST_TEXT),
    traceback: traceback.map((line) => cut(line, MOST_TEXT)),
  };
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)} […]`;
}

function describe(thrown: unknown, cell: ErrorSource): ErrorOutput {
  if (thrown instanceof Thrown) {
    const { script, place } = thrown.at;
    const { ename, evalue, traceback } = describe(thrown.value, cell);
    const [first = '', ...rest] = traceback;
    return { ename, evalue, traceback: [first, codeFrame(script.source, place, script.lineOffset), ...rest] };
  }
  if (thrown instanceof CancelledError) {
    return { ename: 'Interrupted', evalue: thrown.message, traceback: [heading('Interrupted', thrown.message)] };
  }
  if (thrown instanceof DaybookError) return fromDaybook(thrown, cell);
  if (!isError(thrown)) {
    const value = safely(() => inspect(thrown, { depth: 3 })) ?? 'a value that cannot be shown';
    const traceback = [heading('Thrown', value)];
    const found = thrownAt(thrown);
    if (found !== undefined) traceback.push(codeFrame(found.script.source, found.place, found.script.lineOffset));
    return { ename: 'Thrown', evalue: value, traceback };
  }
  return fromError(thrown);
}

/** An error of this realm or another one (`node:vm`). */
function isError(value: unknown): value is Error {
  return value instanceof Error || safely(() => Object.prototype.toString.call(value)) === '[object Error]';
}

function fromDaybook(error: DaybookError, { source, lineOffset }: ErrorSource): ErrorOutput {
  const { code, message, action, place } = error;
  const ename = titleOf(code);
  const traceback = [heading(ename, message)];
  const found = place === undefined ? firstPlace(error) : undefined;
  if (place !== undefined && source !== '') traceback.push(codeFrame(source, place, lineOffset));
  if (found !== undefined) traceback.push(codeFrame(found.script.source, found.place, found.script.lineOffset));
  if (action !== undefined) traceback.push(action);
  return { ename, evalue: [message, action].filter(Boolean).join(' '), traceback };
}

/** `sql_error` → `SqlError`, as error names look elsewhere. */
function titleOf(code: string): string {
  return code
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

function fromError(error: Error): ErrorOutput {
  const ename = nameOf(error);
  const evalue = messageOf(error);
  const found = firstPlace(error);
  const traceback = [heading(ename, evalue)];
  if (found !== undefined) traceback.push(codeFrame(found.script.source, found.place, found.script.lineOffset));
  traceback.push(...frames(error), ...own(error), ...below(error, new Set([error])));
  return { ename, evalue, traceback };
}

/** What hangs below an error: the errors it holds, the one it hides, its cause; each with its own. */
function below(error: Error, seen: ReadonlySet<unknown>): string[] {
  const lines: string[] = [];
  const add = (title: string, value: unknown) => {
    if (seen.has(value)) lines.push(`${title} an error that is already shown above.`);
    else if (!isError(value)) lines.push(`${title} ${safely(() => inspect(value)) ?? 'a value that cannot be shown'}`);
    else {
      lines.push(`${title} ${nameOf(value)}: ${messageOf(value)}`, ...frames(value), ...own(value));
      if (seen.size < MOST_DEPTH) lines.push(...below(value, new Set([...seen, value])).map(indented));
      else if (value.cause !== undefined) lines.push('  […]');
    }
  };
  const errors: unknown = safely(() => Reflect.get(error, 'errors'));
  if (Array.isArray(errors)) {
    for (const each of errors.slice(0, MOST_WITHIN)) add('  •', each);
    if (errors.length > MOST_WITHIN) lines.push(`  […] and ${errors.length - MOST_WITHIN} more`);
  }
  if (nameOf(error) === 'SuppressedError') {
    add(
      '  • error',
      safely(() => Reflect.get(error, 'error')),
    );
    add(
      '  • suppressed',
      safely(() => Reflect.get(error, 'suppressed')),
    );
  }
  const cause = safely(() => error.cause);
  if (cause !== undefined) add('Caused by', cause);
  return lines;
}

function indented(line: string): string {
  return line.replace(/^/gm, '  ');
}

/** What an error carries beyond the usual, such as `code` and `errno`. */
function own(error: Error): string[] {
  const all = safely(() => Object.entries(Object.getOwnPropertyDescriptors(error))) ?? [];
  const shown = all.filter(
    ([name, { enumerable, value }]) => enumerable === true && value !== undefined && !STANDARD.has(name),
  );
  if (shown.length === 0) return [];
  const values = Object.fromEntries(shown.map(([name, { value }]) => [name, value]));
  const text = safely(() => inspect(values, { depth: 2, breakLength: 100 }));
  return text === undefined ? [] : [`${DIM}    ${text.replaceAll('\n', '\n    ')}${RESET}`];
}

const STANDARD = new Set(['name', 'message', 'stack', 'cause', 'errors', 'error', 'suppressed']);

/** Frames of Node's own, as a worker thread's errors bring them along. */
const FOREIGN = /node:internal\/|\[worker eval\]-wrapper|\[nodejs\.internal/;

function frames(error: Error): string[] {
  const stack = safely(() => String(error.stack)) ?? '';
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line) && !FOREIGN.test(line) && !line.includes(OWN))
    .slice(0, MOST_FRAMES)
    .map((line) => `${DIM}${line}${RESET}`);
}

function nameOf(error: Error): string {
  const name: unknown = safely(() => error.name);
  const text = typeof name === 'string' && name !== '' ? name : 'Error';
  if (text !== 'Error') return text;
  // `class TooLate extends Error {}` says in its name what it is.
  const made: unknown = safely(() => error.constructor.name);
  return typeof made === 'string' && /Error$|Exception$/.test(made) ? made : text;
}

function messageOf(error: Error): string {
  // Node adds which files required which: here it is always the cell.
  const message = safely(() => String(error.message)) ?? 'its message cannot be shown';
  return message.replace(/\nRequire stack:\n(?:- .*\n?)+$/, '');
}

/** User objects may have getters that throw. */
function safely<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
