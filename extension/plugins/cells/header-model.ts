import type { RunMark } from '@daybook/shared/api/runs';
import type { CellMark, CellNote } from '../../tokens.ts';
import { type ExecutionTimes, elapsedOf, formatElapsed, startedAt } from './elapsed.ts';
import { CODE_KIND, kindOf, readSource } from './kinds.ts';
import type { NotebookLanguage } from './notebook-language.ts';

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
  /** The newest run, where the server runs cells. */
  readonly run?: Partial<RunMark> | undefined;
  /** The notebook's language: of cells without a magic line, and of all where those mean something else. */
  readonly language: NotebookLanguage;
  /** What is known beyond the cell itself. */
  readonly mark?: CellMark | undefined;
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
  /** More about the state, when something beyond the cell explains it. */
  readonly why: CellNote | undefined;
  readonly notes: readonly CellNote[];
  /** How long the last run took, empty when not known. */
  readonly elapsed: string;
  /** While it runs: since when, milliseconds since the epoch. */
  readonly since: number | undefined;
}

/** Everything the header shows, from the cell's facts. */
export function headerModel(facts: CellFacts): HeaderModel {
  const { hasKinds } = facts.language;
  const { kind, options } = hasKinds
    ? readSource(facts.source)
    : { kind: CODE_KIND, options: {} as Record<string, string> };
  const state = runState(facts);
  const why = reason(facts, state);
  const elapsed = elapsedOf(facts.times);
  return {
    kind,
    label: kind === CODE_KIND ? facts.language.label : kindOf(kind).label,
    title: facts.title,
    result: options.result ?? '',
    state,
    note: why?.label ?? (facts.run?.input === undefined ? NOTES[state] : 'Waiting for input'),
    why,
    notes: facts.mark?.notes ?? [],
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

/** Why it is in this state, where more can be said. */
function reason(facts: CellFacts, state: RunState): CellNote | undefined {
  const { run, mark, dirty } = facts;
  if (isLeftOut(facts)) return { label: 'Did not run', text: run?.why ?? 'It was left out.' };
  return hasRun(facts) && !dirty && mark?.state === state ? mark.why : undefined;
}

/** It was asked for, and something kept it from running. */
function isLeftOut({ run, dirty, executionState }: CellFacts): boolean {
  return run?.state === 'stale' && !dirty && executionState !== 'running';
}

function runState(facts: CellFacts): RunState {
  if (facts.run?.state === 'queued') return 'queued';
  if (facts.executionState === 'running') return startedAt(facts.times) === undefined ? 'queued' : 'running';
  if (isLeftOut(facts)) return 'stale';
  if (!hasRun(facts) || facts.notRun === true) return 'idle';
  if (facts.dirty) return 'stale';
  if (facts.mark?.state !== undefined) return facts.mark.state;
  return facts.failed ? 'error' : 'ok';
}

/** Here or elsewhere, as far as the file tells. */
function hasRun({ executionCount, hasOutputs }: CellFacts): boolean {
  return executionCount !== null || hasOutputs;
}
