import type { MimeBundle } from '../protocol/wire.ts';
import { CellRun, currentRun, within } from './cell-run.ts';

/** What a cell printed or displayed, as a notebook keeps it, or that it cleared its output. */
export type CapturedOutput =
  | { readonly output_type: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: string }
  | { readonly output_type: 'display_data'; readonly data: MimeBundle; readonly metadata: Record<string, unknown> }
  | { readonly output_type: 'clear'; readonly wait: boolean };

/** Where the output of a run goes instead of the page. */
export type OutputSink = (output: CapturedOutput) => void;

/** Runs `work` with all its output, also what comes later, going to `sink`. Ends with the cell around it. */
export function captured<T>(sink: OutputSink, work: () => T): T {
  const run = currentRun();
  if (run === undefined) return work();
  const { id, count, stdin, request, budget } = run;
  const inner = new CellRun(id, { count, stdin, request, budget, sink });
  // What fails in it later is printed, and printed to the sink.
  inner.over = true;
  run.signal.addEventListener('abort', () => inner.cancel(), { once: true });
  const outcome = within(inner, work);
  // What runs next in the cell is its own again.
  within(run, () => undefined);
  if (outcome instanceof Promise) run.hold(outcome.then(() => inner.held()).catch(() => undefined));
  return outcome;
}
