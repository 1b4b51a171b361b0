/** The part of a session that tells whether its first kernel is there. */
interface StartingSession {
  readonly isReady: boolean;
  readonly ready: Promise<void>;
}

/** The part of a code cell's model that its state rail shows. */
interface ExecutionMark {
  executionState: 'idle' | 'running';
}

/**
 * Resolves when the session has made its first attempt at a kernel, whatever came of it: the
 * stock executor says what is wrong. Until then the cell shows that it waits. Order is kept:
 * cells that wait go on in the order they were asked.
 */
export async function waitForKernel(session: StartingSession, cell: ExecutionMark): Promise<void> {
  if (session.isReady) return;
  cell.executionState = 'running';
  try {
    await session.ready;
  } finally {
    cell.executionState = 'idle';
  }
}
