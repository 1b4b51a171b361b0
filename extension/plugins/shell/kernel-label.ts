import type { KernelState } from '@daybook/shared/api/kernels';

/** A kernel's state in one word, and the colour that goes with it. */
export interface KernelLabel {
  readonly text: string;
  readonly tone: 'ok' | 'busy' | 'warn' | 'off';
  /** A click keeps the kernel. */
  readonly keep?: true;
}

/** How long before an idle kernel is ended the chip says so. */
const WARN_MS = 5 * 60_000;

/**
 * What the chip says: `Local · 2 cores · 0.6 GB` while all is well, the trouble otherwise. `place` is
 * the name of a kernel that is not Daybook's own.
 */
export function kernelLabel(
  status: string,
  { memoryBytes, cores, variablesGone, endedIdle, idleEndsIn }: Partial<KernelFigures> = {},
  place = 'Local',
): KernelLabel {
  const trouble = TROUBLE[status];
  if (trouble !== undefined) return trouble;
  if (variablesGone === true && status !== 'busy') {
    const why = endedIdle === true ? 'Ended when idle, variables are gone' : 'Restarted';
    return { text: `${why}: run the cells again`, tone: 'warn' };
  }
  if (idleEndsIn !== undefined && idleEndsIn <= WARN_MS && status === 'idle')
    return {
      text: `Idle: ends in ${Math.max(1, Math.ceil(idleEndsIn / 60_000))} min · Keep`,
      tone: 'warn',
      keep: true,
    };
  const parts = [place];
  if (cores !== undefined && cores > 0) parts.push(cores === 1 ? '1 core' : `${cores} cores`);
  if (memoryBytes !== undefined && memoryBytes > 0) parts.push(formatBytes(memoryBytes));
  return { text: parts.join(' · '), tone: status === 'busy' ? 'busy' : 'ok' };
}

const TROUBLE: Readonly<Record<string, KernelLabel>> = {
  none: { text: 'No kernel', tone: 'off' },
  starting: { text: 'Starting…', tone: 'busy' },
  restarting: { text: 'Restarting…', tone: 'busy' },
  autorestarting: { text: 'Restarting after a crash…', tone: 'warn' },
  connecting: { text: 'Connecting…', tone: 'warn' },
  reconnecting: { text: 'Reconnecting…', tone: 'warn' },
  disconnected: { text: 'Disconnected', tone: 'warn' },
  terminating: { text: 'Ending…', tone: 'busy' },
  dead: { text: 'Kernel ended', tone: 'warn' },
};

/** `180 MB`, `0.6 GB`. */
export function formatBytes(bytes: number): string {
  const megabytes = bytes / 1e6;
  return megabytes < 500 ? `${Math.max(1, Math.round(megabytes))} MB` : `${(megabytes / 1000).toFixed(1)} GB`;
}

/** What a kernel has and takes. */
export interface KernelFigures {
  readonly memoryBytes: number | undefined;
  readonly cores: number | undefined;
  /** The kernel ended, as with the server, and nothing has run in the one after it. */
  readonly variablesGone: boolean;
  /** It ended because nobody used it. */
  readonly endedIdle: boolean;
  /** Milliseconds until it is ended for that. */
  readonly idleEndsIn: number | undefined;
}

/** Takes the figures out of `GET /api/v1/kernels/{id}`; another server's answer gives none. */
export function figuresOf(answer: unknown, now = Date.now()): KernelFigures {
  const { memoryBytes, cores, variablesGone, endedIdle, idleEndsAt } = (answer ?? {}) as Partial<KernelState>;
  return {
    memoryBytes: typeof memoryBytes === 'number' ? memoryBytes : undefined,
    cores: typeof cores === 'number' ? cores : undefined,
    variablesGone: variablesGone === true,
    endedIdle: endedIdle === true,
    idleEndsIn: typeof idleEndsAt === 'number' ? idleEndsAt - now : undefined,
  };
}
