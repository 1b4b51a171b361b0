/** What a measured server says over its process channel. */
export interface Usage {
  /** Milliseconds of processor time so far. */
  readonly cpu: number;
  /** Bytes held after a collection. */
  readonly memory: number;
}

/** Answers `usage` and, after a collection, `memory`; everything else goes to `other`. */
export function answerUsage(other: (message: unknown) => void = () => undefined): void {
  process.on('message', (message) => {
    if (message !== 'usage' && message !== 'memory') return other(message);
    if (message === 'memory') globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    const usage: Usage = { cpu: (user + system) / 1000, memory: heapUsed + arrayBuffers };
    process.send?.(usage);
  });
  process.on('disconnect', () => process.exit(0)); // whoever measured is gone
}
