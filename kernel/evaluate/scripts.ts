import type { CompiledCell } from '@daybook/cells/typescript/compile';
import type { Place } from '@daybook/cells/typescript/lines';
import { SourceMapReader } from '@daybook/cells/typescript/source-map';

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

const files = new Map<string, SourceMapReader>();
/** Hears of files that were loaded since it was last asked. */
let hear: () => void = () => undefined;

/** Remembers the way back from a loaded file, known by URL or path, to its source. */
export function rememberFile(name: string, mappings: string): void {
  files.set(name, new SourceMapReader(mappings));
}

export function onFileAsked(listener: () => void): void {
  hear = listener;
}

/** A stack line about a file of the workspace, with the place in the file as it was written. */
export function fileFrame(line: string): string {
  return line.replace(
    /((?:file:\/\/)?\/[^()\s]+?\.[cm]?[jt]sx?)(\?v=\d+)?:(\d+):(\d+)/,
    (whole, name, version, row, column) => {
      hear();
      const place = files.get(`${name}${version ?? ''}`)?.original({ line: Number(row), column: Number(column) });
      if (place !== undefined) return `${name}:${place.line}:${place.column}`;
      return version === undefined ? whole : `${name}:${row}:${column}`;
    },
  );
}
