import type { Place } from './lines.ts';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** One entry of a map: a column of the printed line and where it came from. All count from 0. */
interface Segment {
  readonly column: number;
  readonly line: number;
  readonly from: number;
}

/** The way back through the `mappings` of a source map (revision 3) with one source. */
export class SourceMapReader {
  readonly #lines: readonly (readonly Segment[])[];

  constructor(mappings: string) {
    let line = 0;
    let from = 0;
    this.#lines = mappings.split(';').map((text) => {
      let column = 0;
      return text.split(',').flatMap((entry) => {
        const [step = 0, , lineStep, fromStep] = decode(entry);
        column += step;
        if (lineStep === undefined || fromStep === undefined) return [];
        line += lineStep;
        from += fromStep;
        return [{ column, line, from }];
      });
    });
  }

  /** The original of the nearest mapped place at or before `place`; `place` itself when there is none. */
  original(place: Place): Place {
    for (let index = Math.min(place.line, this.#lines.length) - 1; index >= 0; index -= 1) {
      const segments = this.#lines[index] ?? [];
      const reach = index === place.line - 1 ? place.column - 1 : Number.POSITIVE_INFINITY;
      const found = segments.findLast((segment) => segment.column <= reach);
      if (found !== undefined) return { line: found.line + 1, column: found.from + 1 };
    }
    return place;
  }
}

/** Base64 VLQ: five bits a digit, lowest first, the sign in the lowest bit of the number. */
function decode(text: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const character of text) {
    const digit = DIGITS.indexOf(character);
    value += (digit & 31) << shift;
    shift += 5;
    if ((digit & 32) !== 0) continue;
    numbers.push((value & 1) === 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}
