/** What is known about an executor that ended by itself. */
export interface CrashFacts {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Last of what it wrote to stderr. */
  readonly tail: string;
  /** Set when it was ended for its memory. */
  readonly memory: { readonly bytes: number; readonly limit: number } | undefined;
  /** Set when it was ended because it said what the host cannot understand. */
  readonly noise?: string | undefined;
  readonly heapMb: number;
  /** Set when the sandbox around it could not be made. */
  readonly unmade?: boolean;
}

/** Says in one sentence why the kernel ended. */
export function crashReason({ code, signal, tail, memory, noise, heapMb, unmade }: CrashFacts): string {
  if (unmade === true) return `The kernel could not be started, its sandbox could not be made: ${tail.trim()}`;
  if (memory !== undefined) {
    return `The kernel ran out of memory at ${gigabytes(memory.bytes)}; it may use ${gigabytes(memory.limit)}.`;
  }
  if (noise !== undefined) {
    return `The kernel was ended: a cell wrote to the file descriptors 3 to 6, which are the kernel's own (${noise}).`;
  }
  if (/heap out of memory|Allocation failed/i.test(tail)) {
    return `The kernel ran out of memory at ${gigabytes(heapMb * 1_048_576)} of JavaScript objects.`;
  }
  if (signal === 'SIGKILL')
    return 'The kernel was killed from outside, most likely because the machine ran out of memory.';
  if (signal !== null) return `The kernel was ended by signal ${signal}.`;
  if (code !== null) return `The kernel exited with code ${code}.`;
  return `The kernel could not be started: ${tail.trim()}`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1_073_741_824).toFixed(1)} GB`;
}
