/** The times JupyterLab writes into a cell's metadata when `recordTiming` is on. */
export interface ExecutionTimes {
  readonly 'iopub.execute_input'?: string;
  readonly 'iopub.status.busy'?: string;
  readonly 'shell.execute_reply.started'?: string;
  readonly 'shell.execute_reply'?: string;
}

/**
 * When the kernel began with the cell, milliseconds since the epoch; `undefined` while it waits. The
 * latest that is known: until a run ends, the times of its reply are those of the run before.
 */
export function startedAt(times: ExecutionTimes): number | undefined {
  const names = ['shell.execute_reply.started', 'iopub.execute_input', 'iopub.status.busy'] as const;
  const known = names.flatMap((name) => instant(times[name]) ?? []);
  return known.length === 0 ? undefined : Math.max(...known);
}

/** Milliseconds the last run took; `undefined` when it did not end or is not known. */
export function elapsedOf(times: ExecutionTimes): number | undefined {
  const start = startedAt(times);
  const end = instant(times['shell.execute_reply']);
  return start === undefined || end === undefined || end < start ? undefined : end - start;
}

/** `8 ms`, `0.21 s`, `12.4 s`, `3 min 05 s`, `1 h 02 min`. */
export function formatElapsed(ms: number): string {
  if (ms < 10) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours} h ${two(minutes)} min` : `${minutes} min ${two(seconds % 60)} s`;
}

function instant(text: string | undefined): number | undefined {
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
