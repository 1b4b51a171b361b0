import { ChildProcess } from 'node:child_process';
import { type CellRun, currentRun, owningRun } from './cell-run.ts';

/** The real one: cells find a guarded one. */
const { kill } = process;

/** Notes for every program and thread that a cell starts, however it starts it, whose it is. */
export function trackChildren(): void {
  const prototype = ChildProcess.prototype as unknown as { spawn: (this: ChildProcess, options: unknown) => unknown };
  const { spawn } = prototype;
  prototype.spawn = function spawnAndNote(options) {
    const outcome = spawn.call(this, options);
    if (this.pid !== undefined) currentRun()?.ownChild(this);
    return outcome;
  };
  process.on('worker', (worker) => {
    // Node's own thread for module hooks, which the first import starts, serves all cells.
    if (worker.constructor.name !== 'InternalWorker') owningRun()?.ownWorker(worker);
  });
}

/**
 * Interrupts the programs a cell waits for, as Ctrl+C in a terminal does: all of the kernel's group,
 * since a shell does not pass the signal on to what it runs. Nothing is sent when the cell runs none.
 */
export function interruptChildren(run: CellRun): void {
  if (run.children.size > 0) kill.call(process, -process.pid, 'SIGINT');
}
