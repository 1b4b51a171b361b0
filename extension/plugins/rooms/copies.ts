import { PathExt } from '@jupyterlab/coreutils';

/** Content that is to become a file of its own, beside the document at `path`. */
export interface Copy {
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** `words`: a plain text, whatever the document is. */
  readonly kind: 'document' | 'words';
  readonly content: string;
}

/** `a folder/name (draft 25 Nov 14.05).ipynb`, and with `attempt` ` 2` and so on in the parentheses. */
export function copyPath({ path, at, kind }: Copy, attempt = 1): string {
  const extension = PathExt.extname(path);
  const stem = path.slice(0, path.length - extension.length);
  const date = new Date(at);
  const day = date.toLocaleDateString('en', { day: 'numeric', month: 'short' });
  const time = `${String(date.getHours()).padStart(2, '0')}.${String(date.getMinutes()).padStart(2, '0')}`;
  const again = attempt === 1 ? '' : ` ${attempt}`;
  return `${stem} (draft ${day} ${time}${again})${kind === 'words' ? '.txt' : extension}`;
}

export interface CopyEffects {
  /** True when there is something at this path. */
  exists(path: string): Promise<boolean>;
  write(path: string, file: { type: 'notebook' | 'file'; format: 'json' | 'text'; content: unknown }): Promise<void>;
}

/** Writes the copy beside the document, over nothing; answers where it is. */
export async function saveCopy(copy: Copy, { exists, write }: CopyEffects): Promise<string> {
  let path = copyPath(copy);
  for (let attempt = 2; await exists(path); attempt += 1) path = copyPath(copy, attempt);
  const notebook = copy.kind === 'document' && path.endsWith('.ipynb');
  await write(
    path,
    notebook
      ? { type: 'notebook', format: 'json', content: JSON.parse(copy.content) as unknown }
      : { type: 'file', format: 'text', content: copy.content },
  );
  return path;
}

/** Hands the copy to the browser as a download. */
export function downloadCopy(copy: Copy): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([copy.content], { type: 'application/octet-stream' }));
  link.download = PathExt.basename(copyPath(copy));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
