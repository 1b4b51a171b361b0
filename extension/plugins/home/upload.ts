import { Notification } from '@jupyterlab/apputils';
import type { FileBrowserModel } from '@jupyterlab/filebrowser';
import { added } from './added.ts';

/** Opens the browser's own file dialog; answers no files when it is cancelled. */
export function pickFiles(): Promise<readonly File[]> {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  return new Promise((resolve) => {
    input.addEventListener('change', () => resolve([...(input.files ?? [])]));
    input.addEventListener('cancel', () => resolve([]));
    input.click();
  });
}

/** Uploads into the folder that the file panel shows, and says how a query reads each file. */
export async function addFiles(model: Pick<FileBrowserModel, 'upload'>, files: readonly File[]): Promise<void> {
  for (const file of files) {
    try {
      const { path } = await model.upload(file);
      Notification.success(added(path), { autoClose: 8_000 });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      // Declining to overwrite a file is an answer, not a failure.
      if (reason !== 'File not uploaded') Notification.error(`${file.name} was not added: ${reason}`);
    }
  }
}
