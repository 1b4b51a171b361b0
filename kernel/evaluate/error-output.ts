import { inspect } from 'node:util';
import { CancelledError, DaybookError, type SourcePlace } from '@daybook/shared/errors/error';
import type { ErrorOutput } from '../protocol/wire.ts';
import { firstPlace } from './stack.ts';

const RED = '\u001b[31m';
const BOLD = '\u001b[1m';
const DIM = '\u001b[2m';
const RESET = '\u001b[0m';
/** Causes shown below an error. */
const MOST_CAUSES = 4;

/** The source an error without a stack belongs to (a syntax error). */
export interface ErrorSource {
  readonly source: string;
  readonly lineOffset: number;
}

/** Anything a cell threw, as an `error` output: what, where in the cell, and the stack. Never throws. */
export function errorOutput(thrown: unknown, cell: ErrorSource): ErrorOutput {
  const { ename, evalue, traceback } = safely(() => describe(thrown, cell)) ?? UNREADABLE;
  return {
    ename: cut(ename, MOST_NAME),
    evalue: cut(evalue, MOST_TEXT),
    traceback: traceback.map((line) => cut(line, MOST_TEXT)),
  };
}

const UNREADABLE: ErrorOutput = {
  ename: 'Error',
  evalue: 'Something was thrown that cannot be shown.',
  traceback: ['Something was thrown that cannot be shown.'],
};

/** Characters of an error's name, and of its message or one line of its stack. */
const MOST_NAME = 200;
const MOST_TEXT = 20_000;
const MOST_FRAMES = 50;

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)} […]`;
}

function describe(thrown: unknown, cell: ErrorSource): ErrorOutput {
  if (thrown instanceof CancelledError) {
    return { ename: 'Interrupted', evalue: thrown.message, traceback: [heading('Interrupted', thrown.message)] };
  }
  if (thrown instanceof DaybookError) {
    return fromDaybook(thrown, cell);
  }
  if (!(thrown instanceof Error)) {
    const value = safely(() => inspect(thrown, { depth: 3 })) ?? 'a value that cannot be shown';
    return { ename: 'Thrown', evalue: value, traceback: [heading('Thrown', value)] };
  }
  return fromError(thrown);
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
  traceback.push(...frames(error));
  let cause: unknown = error;
  for (let depth = 0; depth < MOST_CAUSES && cause instanceof Error; depth += 1) {
    traceback.push(...within(cause));
    cause = cause.cause;
    if (cause === undefined) break;
    traceback.push(`Caused by ${cause instanceof Error ? `${nameOf(cause)}: ${messageOf(cause)}` : inspect(cause)}`);
    if (cause instanceof Error) traceback.push(...frames(cause));
  }
  return { ename, evalue, traceback };
}

/** The errors an AggregateError holds, one line each. */
function within(error: Error): string[] {
  if (!(error instanceof AggregateError)) return [];
  return error.errors
    .slice(0, MOST_FRAMES)
    .map((each) => `  • ${each instanceof Error ? `${nameOf(each)}: ${messageOf(each)}` : inspect(each)}`);
}

function frames(error: Error): string[] {
  const stack = safely(() => String(error.stack)) ?? '';
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, MOST_FRAMES)
    .map((line) => `${DIM}${line}${RESET}`);
}

/** The offending line with its neighbours. */
function codeFrame(source: string, place: SourcePlace, lineOffset: number): string {
  const lines = source.split('\n');
  const from = Math.max(1, place.line - 2);
  const to = Math.min(lines.length, place.line + 1);
  const width = String(to + lineOffset).length;
  const shown: string[] = [];
  for (let line = from; line <= to; line += 1) {
    const text = (lines[line - 1] ?? '').slice(0, 500);
    const number = String(line + lineOffset).padStart(width);
    if (line !== place.line) {
      shown.push(`${DIM}  ${number} │ ${text}${RESET}`);
      continue;
    }
    shown.push(`${RED}>${RESET} ${number} │ ${text}`);
    if (place.column === undefined) continue;
    const indent = text.slice(0, place.column - 1).replace(/[^\t]/g, ' ');
    shown.push(`  ${' '.repeat(width)} │ ${indent}${RED}^${RESET}`);
  }
  return shown.join('\n');
}

function heading(name: string, message: string): string {
  return `${RED}${BOLD}${name}${RESET}${message === '' ? '' : `: ${message}`}`;
}

function nameOf(error: Error): string {
  return safely(() => String(error.name)) || 'Error';
}

function messageOf(error: Error): string {
  // Node adds which files required which: here it is always the cell.
  return (safely(() => String(error.message)) ?? '').replace(/\nRequire stack:\n(?:- .*\n?)+$/, '');
}

/** User objects may have getters that throw. */
function safely<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
