import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { ICodeCellModel } from '@jupyterlab/cells';
import { INotebookCellExecutor, runCell } from '@jupyterlab/notebook';
import { serverRuns } from '../../runs/server.ts';
import { roomOf, runOnServer } from './run-on-server.ts';
import { waitForKernel } from './wait-for-kernel.ts';

/**
 * Has the server run cells of shared notebooks. Elsewhere they run over the kernel's socket, waiting
 * for a kernel that is still starting: the stock executor gives up without a word in that case, so
 * that a “Run” pressed right after opening did nothing.
 */
const executor: JupyterFrontEndPlugin<INotebookCellExecutor> = {
  id: '@daybook/extension:executor',
  description: 'Runs cells on the server, or over the kernel’s socket in a stock Jupyter.',
  provides: INotebookCellExecutor,
  activate: (): INotebookCellExecutor => ({
    runCell: async (options) => {
      const { cell, sessionContext } = options;
      if (cell.model.type === 'code' && sessionContext !== undefined) {
        const room = serverRuns() ? roomOf(options) : undefined;
        if (room !== undefined) return runOnServer(options, room);
        await waitForKernel(sessionContext, cell.model as ICodeCellModel);
        if (cell.isDisposed) return false;
      }
      return runCell(options);
    },
  }),
};

export default executor;
