import { DaybookError } from '@daybook/shared/errors/error';

/** A code cell taken apart: its kind, its options, and the body after the magic line. */
export interface CellSource {
  /** `typescript` when there is no magic line. */
  readonly kind: string;
  readonly options: Readonly<Record<string, string>>;
  readonly body: string;
  /** Lines before the body: 0 or 1. Adds up with the body's line numbers to the cell's. */
  readonly lineOffset: number;
}

const MAGIC = /^%%([A-Za-z][\w-]*)[ \t]*([^\n]*)(?:\n|$)/;
const OPTION = /\s*(?:([A-Za-z_][\w-]*)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))|(\S+))/y;

/**
 * Reads the magic line (`%%sql result=sales connection="my warehouse"`). Values may be quoted with
 * `"`, with `\"` and `\\` inside. A repeated or malformed option fails with `bad_magic`.
 */
export function parseCell(source: string): CellSource {
  const text = source.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const match = MAGIC.exec(text);
  if (match === null) return { kind: 'typescript', options: {}, body: text, lineOffset: 0 };
  const [line, kind = '', rest = ''] = match;
  return {
    kind: kind.toLowerCase(),
    options: parseOptions(rest.trim(), kind),
    body: text.slice(line.length),
    lineOffset: 1,
  };
}

function parseOptions(text: string, kind: string): Record<string, string> {
  const options: Record<string, string> = {};
  OPTION.lastIndex = 0;
  while (OPTION.lastIndex < text.length) {
    const match = OPTION.exec(text);
    if (match === null) break;
    const [, key, quoted, bare, stray] = match;
    if (key === undefined) {
      throw new DaybookError('bad_magic', `%%${kind}: “${stray}” is not an option.`, {
        action: 'Write options as key=value, for example result=sales.',
      });
    }
    if (key in options) {
      throw new DaybookError('bad_magic', `%%${kind}: option “${key}” is given twice.`, {
        action: 'Keep one of the two.',
      });
    }
    options[key] = quoted === undefined ? (bare ?? '') : quoted.replace(/\\(["\\])/g, '$1');
  }
  return options;
}

/** Writes the magic line for a kind; the inverse of `parseCell` for its first line. */
export function formatMagic(kind: string, options: Readonly<Record<string, string>>): string {
  const words = Object.entries(options).map(([key, value]) =>
    /^[^\s"]+$/.test(value) ? `${key}=${value}` : `${key}="${value.replace(/["\\]/g, '\\$&')}"`,
  );
  return [`%%${kind}`, ...words].join(' ');
}
