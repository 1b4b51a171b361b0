import type { EditedText } from './edits.ts';
import { Lines, type Place } from './lines.ts';

/** One step of a compilation: the text it made, and the way back to the text it was given. */
export interface Step {
  readonly code: string;
  original(place: Place): Place;
}

/** An edit as a step. */
export function editStep(edited: EditedText, source: string): Step {
  let lines: { from: Lines; to: Lines } | undefined;
  return {
    code: edited.text,
    original(place) {
      lines ??= { from: new Lines(edited.text), to: new Lines(source) };
      return lines.to.place(edited.original(lines.from.offset(place)));
    },
  };
}

/** Two steps as one. */
export function chain(first: Step, second: Step): Step {
  return { code: second.code, original: (place) => first.original(second.original(place)) };
}
