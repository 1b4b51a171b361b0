import { type ICellModel, isCodeCellModel } from '@jupyterlab/cells';

/**
 * Trusts the outputs of a cell once its document does. JupyterLab reads that only when a page opens,
 * and else trusts what the page ran itself; here the server runs cells and says so in the document.
 *
 * Trusting makes every output anew, and JupyterLab would write those into the document, where the
 * server writes too. So it is done while there is none, or while a change of the document is being
 * taken over, in which JupyterLab writes nothing.
 */
export function followTrust(model: ICellModel): void {
  if (!isCodeCellModel(model) || model.trusted) return;
  const trust = () => {
    if (!model.isDisposed && !model.trusted && model.getMetadata('trusted') === true) model.trusted = true;
  };
  model.outputs.changed.connect(trust);
  model.metadataChanged.connect((_model, { key }) => {
    if (key === 'trusted' && model.outputs.length === 0) trust();
  });
}
