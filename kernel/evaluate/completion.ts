import { HELPER } from '@daybook/cells/typescript/compile';
import { show } from '../display/mime-bundle.ts';
import type { Engine } from './engine.ts';

/** What stands before the cursor: `base.` (undefined at top level) and the letters typed so far. */
interface Typed {
  readonly base: string | undefined;
  readonly prefix: string;
}

const TYPED =
  /((?:[\p{ID_Start}$_][\p{ID_Continue}$]*|\[(?:\d+|"[^"]*"|'[^']*')\]|\??\.)*?)(?:\??\.)?([\p{ID_Start}$_][\p{ID_Continue}$]*)?$/u;
const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
const KEYWORDS =
  'abstract as async await break case catch class const continue default delete do else enum export extends false finally for function if implements import in instanceof interface let new null of return satisfies static super switch this throw true try type typeof undefined var void while yield'.split(
    ' ',
  );

/** Names offered at most; more letters find the others. */
const MOST_MATCHES = 1_000;

/** `complete_reply` content without `status`. Positions count Unicode code points, as the protocol does. */
export interface Completion {
  readonly matches: readonly string[];
  readonly cursor_start: number;
  readonly cursor_end: number;
  readonly metadata: Record<string, unknown>;
}

/**
 * Names that fit before the cursor: top-level ones and globals, or the properties of a value. `own`
 * gives the name that a cell wrote for one that lives in the engine.
 */
export function complete(engine: Engine, own: (name: string) => string, code: string, cursor: number): Completion {
  const before = [...code].slice(0, cursor).join('');
  const { base, prefix } = typed(before);
  const names = base === undefined ? topLevel(engine, own) : properties(engine, base);
  const matches = [...new Set(names)]
    .filter((name) => name.startsWith(prefix) && NAME.test(name) && !name.startsWith(HELPER))
    .sort(byUse)
    .slice(0, MOST_MATCHES);
  return { matches, cursor_start: cursor - [...prefix].length, cursor_end: cursor, metadata: {} };
}

/** `inspect_reply` content without `status`; with detail 1 a function's whole source. */
export function inspectAt(
  engine: Engine,
  code: string,
  { cursor, detail }: { readonly cursor: number; readonly detail: number },
): { found: boolean; data: Record<string, string>; metadata: Record<string, unknown> } {
  const characters = [...code];
  const rest = /^[\p{ID_Continue}$]*/u.exec(characters.slice(cursor).join(''))?.[0] ?? '';
  const { base, prefix } = typed(characters.slice(0, cursor).join('') + rest);
  const path = base === undefined ? prefix : `${base}.${prefix}`;
  const peeked = prefix === '' ? undefined : engine.peek(path);
  if (peeked === undefined || !peeked.found) return { found: false, data: {}, metadata: {} };
  return { found: true, data: { 'text/plain': `${path}: ${describe(peeked.value, detail > 0)}` }, metadata: {} };
}

function typed(before: string): Typed {
  const match = /([\p{ID_Start}$_][\p{ID_Continue}$]*)?$/u.exec(before);
  const prefix = match?.[1] ?? '';
  const head = before.slice(0, before.length - prefix.length);
  const dot = /\??\.$/.exec(head);
  if (dot === null) return { base: undefined, prefix };
  const path = TYPED.exec(head.slice(0, -dot[0].length))?.[0] ?? '';
  return { base: path, prefix };
}

function topLevel(engine: Engine, own: (name: string) => string): string[] {
  return [...engine.lexicalNames().map(own), ...Object.getOwnPropertyNames(globalThis), ...KEYWORDS];
}

/** Own and inherited property names, found without running any of the value's code. */
function properties(engine: Engine, base: string): string[] {
  if (base === '') return [];
  const names = engine.peek(
    `(() => { const names = []; for (let at = Object(${base}); at !== null; at = Object.getPrototypeOf(at)) names.push(...Object.getOwnPropertyNames(at)); return names; })()`,
  );
  return Array.isArray(names.value) ? names.value.filter((name) => typeof name === 'string') : [];
}

function byUse(a: string, b: string): number {
  const hidden = Number(a.startsWith('_')) - Number(b.startsWith('_'));
  return hidden || (a < b ? -1 : 1);
}

function describe(value: unknown, whole: boolean): string {
  if (typeof value === 'function') {
    const source = Function.prototype.toString.call(value);
    if (whole) return source;
    if (source.startsWith('class')) return /^[^{]*/.exec(source)?.[0].trim() ?? 'class';
    const head = /^[^{]*?(?:=>|\))/.exec(source)?.[0] ?? 'function';
    return head.replace(/^(async )?function(\*?) ?\(/, `$1function$2 ${value.name}(`);
  }
  const type =
    value === null
      ? 'null'
      : typeof value === 'object'
        ? (Object.getPrototypeOf(value)?.constructor?.name ?? 'object')
        : typeof value;
  return `${type}\n${show(value).slice(0, 4_000)}`;
}
