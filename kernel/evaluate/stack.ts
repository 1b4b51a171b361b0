import { pathToFileURL } from 'node:url';
import type { Place } from '@daybook/cells/typescript/lines';
import { fileFrame, findPlace, placeName, type Script } from './scripts.ts';

/** Where the kernel's own code lives: its frames mean nothing to users. */
export const OWN = pathToFileURL(`${import.meta.dirname}/`).href;

const firstPlaces = new WeakMap<object, { script: Script; place: Place }>();

/**
 * Makes every stack in this process read in the user's terms: places in cells as they were typed,
 * no frames of the kernel, nothing below the outermost cell.
 */
export function installStackTraces(): void {
  Error.prepareStackTrace = (error, sites) => {
    const frames: string[] = [];
    let lastCell = -1;
    for (const site of sites) {
      const text = evalName(String(site));
      const found = findPlace(text);
      if (found !== undefined) {
        if (lastCell < 0) firstPlaces.set(error, found);
        lastCell = frames.push(text.replace(found.raw, placeName(found.script, found.place))) - 1;
      } else if (!text.includes(OWN) && !/\(?node:(internal\/|inspector)/.test(text)) {
        frames.push(fileFrame(text));
      }
    }
    const kept = lastCell < 0 ? withoutTail(frames) : frames.slice(0, lastCell + 1);
    return [header(error), ...kept.map((frame) => `    at ${frame}`)].join('\n');
  };
}

/** Code that a cell made from text names its own line; where the text was made, the next frame says. */
function evalName(text: string): string {
  return text
    .replace(/\(eval at .*, (<anonymous>:\d+:\d+)\)$/, '($1)')
    .replace(/^eval at .*, (<anonymous>:\d+:\d+)$/, '$1');
}

/** Without the built-in functions that called the user's code from ours. */
function withoutTail(frames: readonly string[]): readonly string[] {
  const last = frames.findLastIndex((frame) => !frame.endsWith('(<anonymous>)'));
  return frames.slice(0, last + 1);
}

/** The innermost place in a cell on this error's stack. */
export function firstPlace(error: unknown): { script: Script; place: Place } | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  try {
    // Reading it formats it, which is what finds the place.
    void Reflect.get(error, 'stack');
  } catch {
    return undefined;
  }
  return firstPlaces.get(error);
}

/** Gives an error the place it is about, where its own stack says where it was noticed. */
export function setFirstPlace(error: Error, found: { script: Script; place: Place }): void {
  firstPlace(error);
  firstPlaces.set(error, found);
}

function header(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return 'Error';
  }
}
