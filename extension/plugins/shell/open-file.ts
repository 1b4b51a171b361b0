import type { ILabShell } from '@jupyterlab/application';
import { PathExt } from '@jupyterlab/coreutils';
import { DocumentWidget } from '@jupyterlab/docregistry';
import type { FileBrowser } from '@jupyterlab/filebrowser';

/** Keeps the row of the document in front selected while the file panel shows its folder. */
export function markOpenFile(shell: ILabShell, files: FileBrowser): void {
  const mark = async () => {
    const current = shell.currentWidget;
    if (!(current instanceof DocumentWidget)) return files.clearSelectedItems();
    const path = current.context.localPath;
    if (PathExt.dirname(path) !== files.model.manager.services.contents.localPath(files.model.path)) return;
    files.clearSelectedItems();
    await files.selectItemByName(PathExt.basename(path));
  };
  // A row that is not listed yet is marked when the folder is.
  const quietly = () => void mark().catch(() => undefined);
  shell.currentChanged.connect(quietly);
  files.model.pathChanged.connect(quietly);
  void files.model.manager.services.ready.then(quietly, quietly);
}
