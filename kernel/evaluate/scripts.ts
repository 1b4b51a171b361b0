import type { CompiledCell } from '@daybook/cells/typescript/compile';
import type { Place } from '@daybook/cells/typescript/lines';

/** A compiled cell as stack traces meet it again. */
export interface Script {
  readonly source: string;
  readonly compiled: CompiledCell;
  /** Lines of the cell before `source`. */
  readonly lineOffset: number;
  readonly count: number | undefined;
}

const PREFIX = 'daybook-cell-';
const LOCATION = /daybook-cell-(\d+):(\d+):(\d+)/;
/** Scripts remembered for stack traces of functions that live on. */
const MOST = 2_000;

const scripts = new Map<number, Script>();

/** Remembers a script and returns the name under which V8 must know it. */
export function remember(cell: number, script: Script): string {
  scripts.set(cell, script);
  if (scripts.size > MOST) {
    const [oldest] = scripts.keys();
    if (oldest !== undefined) scripts.delete(oldest);
  }
  return `${PREFIX}${cell}`;
}

/** The first place inside a cell that a raw stack line names. */
export function findPlace(line: string): { script: Script; place: Place; raw: string } | undefined {
  const match = LOCATION.exec(line);
  if (match === null) return undefined;
  const script = scripts.get(Number(match[1]));
  if (script === undefined) return undefined;
  const place = script.compiled.locate({ line: Number(match[2]), column: Number(match[3]) });
  return { script, place, raw: match[0] };
}

/** How a stack trace names a place in a cell: `cell [3]:2:7`, lines counted from the cell's top. */
export function placeName(script: Script, place: Place): string {
  const cell = script.count === undefined ? 'cell' : `cell [${script.count}]`;
  return `${cell}:${place.line + script.lineOffset}:${place.column}`;
}
