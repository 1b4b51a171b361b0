import { type ExecutionTimes, elapsedOf, formatElapsed, startedAt } from './elapsed.ts';
import { CODE_KIND, kindOf, readSource } from './kinds.ts';

/** What a header needs to know of its cell; nothing of widgets. */
export interface CellFacts {
  readonly source: string;
  readonly title: string;
  readonly executionState: string;
  readonly executionCount: number | null;
  /** Edited since it ran. */
  readonly dirty: boolean;
  readonly hasOutputs: boolean;
  readonly failed: boolean;
  /** It waited when its kernel ended, and was left out. */
  readonly notRun?: boolean;
  readonly times: ExecutionTimes;
  /** Display name of the notebook's language, for cells without a magic line. */
  readonly language: string;
}

export type RunState = 'idle' | 'queued' | 'running' | 'ok' | 'stale' | 'error';

export interface HeaderModel {
  readonly kind: string;
  readonly label: string;
  readonly title: string;
  /** The name its result has, empty without one. */
  readonly result: string;
  readonly state: RunState;
  /** The state in words; empty where the rail alone says enough. */
  readonly note: string;
  /** How long the last run took, empty when not known. */
  readonly elapsed: string;
  /** While it runs: since when, milliseconds since the epoch. */
  readonly since: number | undefined;
}

/** Everything the header shows, from the cell's facts. */
export function headerModel(facts: CellFacts): HeaderModel {
  const { kind, options } = readSource(facts.source);
  const state = runState(facts);
  const elapsed = elapsedOf(facts.times);
  return {
    kind,
    label: kind === CODE_KIND ? facts.language : kindOf(kind).label,
    title: facts.title,
    result: options.result ?? '',
    state,
    note: NOTES[state],
    elapsed: elapsed === undefined || state === 'queued' || state === 'running' ? '' : formatElapsed(elapsed),
    since: state === 'running' ? startedAt(facts.times) : undefined,
  };
}

const NOTES: Readonly<Record<RunState, string>> = {
  idle: '',
  ok: '',
  queued: 'Waiting',
  running: 'Running',
  stale: 'Edited since it ran',
  error: 'Failed',
};

function runState(facts: CellFacts): RunState {
  if (facts.executionState === 'running') return startedAt(facts.times) === undefined ? 'queued' : 'running';
  if (facts.executionCount === null && !facts.hasOutputs) return 'idle';
  if (facts.notRun === true) return 'idle';
  if (facts.dirty) return 'stale';
  return facts.failed ? 'error' : 'ok';
}
