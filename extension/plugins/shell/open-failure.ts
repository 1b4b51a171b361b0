import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, showDialog } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { IDocumentWidgetOpener } from '@jupyterlab/docmanager';
import type { DocumentRegistry, IDocumentWidget } from '@jupyterlab/docregistry';

/**
 * Says why a document cannot be opened, in the server's own words, and offers to open it as text.
 * JupyterLab reports such a failure with a dialog that knows only the file's name, and with nothing
 * else; ours takes its place.
 */
export function explainFailures(app: JupyterFrontEnd, opener: IDocumentWidgetOpener): void {
  const opening = new Set<DocumentRegistry.Context>();
  opener.opened.connect((_opener, { context }: IDocumentWidget) => {
    if (context.isReady) return;
    opening.add(context);
    const done = () => void opening.delete(context);
    context.ready.then(done, done);
    context.disposed.connect(done);
  });
  Dialog.tracker.widgetAdded.connect((_tracker, dialog) => {
    // Title and text in one; the dialog's own elements are drawn later.
    const words = dialog.node.ariaLabel ?? '';
    const failed = [...opening].find(({ localPath }) => words.includes(PathExt.basename(localPath)));
    if (failed === undefined) return;
    opening.delete(failed);
    // A dialog can be dismissed only once it is on the page, which it is right after this signal.
    void Promise.resolve().then(() => {
      dialog.reject();
      void explain(app, failed.path);
    });
  });
}

async function explain(app: JupyterFrontEnd, path: string): Promise<void> {
  const notebook = path.endsWith('.ipynb');
  const told = await app.serviceManager.contents
    .get(path, { content: true, type: notebook ? 'notebook' : 'file' })
    .then(
      () => 'Its room on the server could not be opened. Try again.',
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
  const close = Dialog.cancelButton({ label: 'Close' });
  const asText = Dialog.okButton({ label: 'Open as text' });
  const { button } = await showDialog({
    title: `${PathExt.basename(path)} cannot be opened`,
    body: told,
    buttons: notebook ? [close, asText] : [close],
  });
  if (button.label === asText.label) await app.commands.execute('docmanager:open', { path, factory: 'Editor' });
}
