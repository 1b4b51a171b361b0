import type { INotebookCellExecutor } from '@jupyterlab/notebook';

type Run = INotebookCellExecutor['runCell'];

/**
 * Runs cells once their kernel is there. Stock executors drop a cell that is run while the session
 * is still being made, without a word; here it waits, and its state says so.
 */
export function patiently(run: Run): Run {
  return async (options) => {
    const { cell, sessionContext } = options;
    if (sessionContext === undefined || sessionContext.isReady || cell.model.type !== 'code') return run(options);
    const shared = cell.model.sharedModel as { executionState?: 'idle' | 'running' };
    shared.executionState = 'running';
    await sessionContext.ready;
    if (cell.isDisposed) return false;
    const ran = await run(options);
    // Without a kernel in the end nobody else takes the state back.
    if (!cell.isDisposed && sessionContext.hasNoKernel) shared.executionState = 'idle';
    return ran;
  };
}
