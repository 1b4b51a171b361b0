import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { ICodeCellModel } from '@jupyterlab/cells';
import { INotebookCellExecutor, runCell } from '@jupyterlab/notebook';
import { waitForKernel } from './wait-for-kernel.ts';

/**
 * Runs cells over the kernel's socket, and waits for a kernel that is still starting. The stock
 * executor gives up without a word in that case: a “Run” pressed right after opening did nothing.
 */
const executor: JupyterFrontEndPlugin<INotebookCellExecutor> = {
  id: '@daybook/extension:executor',
  description: 'Runs cells, waiting for a kernel that is still starting.',
  provides: INotebookCellExecutor,
  activate: (): INotebookCellExecutor => ({
    runCell: async (options) => {
      const { cell, sessionContext } = options;
      if (cell.model.type === 'code' && sessionContext !== undefined) {
        await waitForKernel(sessionContext, cell.model as ICodeCellModel);
        if (cell.isDisposed) return false;
      }
      return runCell(options);
    },
  }),
};

export default executor;
