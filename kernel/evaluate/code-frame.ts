import type { SourcePlace } from '@daybook/shared/errors/error';

const RED = '\u001b[31m';
const BOLD = '\u001b[1m';
export const DIM = '\u001b[2m';
export const RESET = '\u001b[0m';
/** Characters of a line that are shown, and of those how many stand before the place. */
const MOST_LINE = 500;
const BEFORE = 200;

/** The offending line with its neighbours. Of a very long line the part around the place. */
export function codeFrame(source: string, place: SourcePlace, lineOffset: number): string {
  const lines = source.split('\n');
  const from = Math.max(1, place.line - 2);
  const to = Math.min(lines.length, place.line + 1);
  const width = String(to + lineOffset).length;
  const cut = (place.column ?? 1) > MOST_LINE - BEFORE ? (place.column ?? 1) - BEFORE : 0;
  const shown: string[] = [];
  for (let line = from; line <= to; line += 1) {
    const number = String(line + lineOffset).padStart(width);
    const all = (lines[line - 1] ?? '').replace(/\r$/, '');
    if (line !== place.line) {
      shown.push(`${DIM}  ${number} │ ${all.slice(0, MOST_LINE)}${RESET}`);
      continue;
    }
    const text = all.slice(cut, cut + MOST_LINE);
    shown.push(`${RED}>${RESET} ${number} │ ${cut > 0 ? '…' : ''}${text}`);
    if (place.column === undefined) continue;
    const indent = `${cut > 0 ? ' ' : ''}${text.slice(0, place.column - 1 - cut).replace(/[^\t]/g, ' ')}`;
    shown.push(`  ${' '.repeat(width)} │ ${indent}${RED}^${RESET}`);
  }
  return shown.join('\n');
}

export function heading(name: string, message: string): string {
  return `${RED}${BOLD}${name}${RESET}${message === '' ? '' : `: ${message}`}`;
}
