import { DaybookError } from '@daybook/shared/errors/error';
import { sha256 } from '@daybook/shared/text/sha256';
import { Notification } from '@jupyterlab/apputils';
import type { CodeCell } from '@jupyterlab/cells';
import { type INotebookCellExecutor, KernelError } from '@jupyterlab/notebook';
import { UUID } from '@lumino/coreutils';
import { Batches } from '../../runs/batches.ts';
import { documentOf } from '../../runs/marks.ts';
import { pending } from '../../runs/pending.ts';
import { execute } from '../../runs/server.ts';
import { runEnd } from '../../runs/wait.ts';

type Options = INotebookCellExecutor.IRunCellOptions;

const batches = new Batches({
  execute,
  newKey: () => UUID.uuid4(),
  later: (work) => {
    // After every microtask of this turn, and not slowed down in a page that is not looked at.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      work();
    };
    port2.postMessage(undefined);
  },
});

/** The name of the document's room, where it has one. */
export function roomOf({ notebook }: Options): string | undefined {
  const id: unknown = notebook.sharedModel.getState('document_id');
  return typeof id === 'string' && id !== '' && documentOf(notebook.sharedModel) !== undefined ? id : undefined;
}

/**
 * Has the server run a code cell and waits until the document says that it has ended. Resolves false
 * when it failed, or did not run; why is in the cell, in `onCellExecuted`, or said.
 */
export async function runOnServer(options: Options, room: string): Promise<boolean> {
  const { notebook, onCellExecuted, onCellExecutionScheduled, sessionContext, sessionDialogs } = options;
  const cell = options.cell as CodeCell;
  const { id } = cell.model;
  const fail = (error?: KernelError) => {
    onCellExecuted({ cell, success: false, ...(error === undefined ? {} : { error }) });
    return false;
  };
  if (sessionContext === undefined || sessionContext.isTerminating) return fail();
  pending.add(id);
  let isPending = true;
  const settle = () => {
    if (isPending) pending.remove(id);
    isPending = false;
  };
  try {
    await sessionContext.ready;
    if (sessionContext.hasNoKernel && (await sessionContext.startKernel())) {
      await sessionDialogs?.selectKernel(sessionContext);
    }
    const kernel = sessionContext.session?.kernel?.id;
    if (cell.isDisposed || kernel === undefined) return fail();
    onCellExecutionScheduled({ cell });
    if (cell.outputHidden) cell.outputHidden = false;
    const index = [...notebook.cells].indexOf(cell.model);
    const hash = sha256(new TextEncoder().encode(cell.model.sharedModel.getSource()));
    const run = await batches.add({ kernel, document: room, cell: id, hash, index });
    settle();
    const document = documentOf(notebook.sharedModel);
    if (document === undefined) return fail();
    const end = await runEnd({ document, cell: id, run, isGone: () => cell.isDisposed });
    if (end === undefined) return false;
    if (end.state === 'done') {
      notebook.deletedCells.splice(0);
      onCellExecuted({ cell, success: true });
      return true;
    }
    return fail(end.error === undefined ? undefined : kernelError(end.error));
  } catch (error) {
    say(error);
    return fail();
  } finally {
    settle();
  }
}

function kernelError({
  ename,
  evalue,
  traceback = [],
}: {
  ename: string;
  evalue: string;
  traceback?: string[] | undefined;
}) {
  return new KernelError({ status: 'error', execution_count: null, ename, evalue, traceback });
}

/** Several cells of one request fail with one error: it is said once. */
const said = new WeakSet<object>();

function say(error: unknown): void {
  if (!(error instanceof Error) || said.has(error)) return;
  said.add(error);
  const text =
    error instanceof DaybookError
      ? error.message
      : 'The cell did not run: the server does not answer. Run it again when it does.';
  Notification.error(text, { autoClose: 8_000 });
}
