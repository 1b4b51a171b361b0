import { showErrorMessage } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { DocumentRegistry } from '@jupyterlab/docregistry';

/** The folder, as a crumb, and the document's name; the name is changed by clicking it. */
export class DocumentTitle {
  readonly node = document.createElement('span');
  readonly #crumb = document.createElement('span');
  readonly #name = document.createElement('button');
  #context: DocumentRegistry.Context | undefined;

  constructor() {
    this.node.className = 'db-Title';
    this.#crumb.className = 'db-Crumb';
    this.#name.className = 'db-Title-name';
    this.#name.type = 'button';
    this.#name.addEventListener('click', () => this.edit());
    this.node.append(this.#crumb, this.#name);
    this.#refresh();
  }

  follow(context: DocumentRegistry.Context | undefined): void {
    if (context === this.#context) return;
    this.#context?.pathChanged.disconnect(this.#refresh, this);
    this.#context = context;
    context?.pathChanged.connect(this.#refresh, this);
    this.#refresh();
  }

  edit(): void {
    const context = this.#context;
    if (context === undefined || this.node.querySelector('input') !== null) return;
    const { stem, extension } = split(context.localPath);
    const input = document.createElement('input');
    input.value = stem;
    input.spellcheck = false;
    input.setAttribute('aria-label', 'Name of this document');
    input.size = Math.max(16, stem.length + 2);
    let open = true;
    const close = (commit: boolean) => {
      if (!open) return;
      open = false;
      const name = input.value.trim();
      input.replaceWith(this.#name);
      if (commit && name !== '' && name !== stem) void rename(context, `${name}${extension}`);
    };
    input.addEventListener('input', () => {
      input.size = Math.max(16, input.value.length + 2);
    });
    input.addEventListener('blur', () => close(true));
    input.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.key === 'Enter' || event.key === 'Escape') {
        event.preventDefault();
        close(event.key === 'Enter');
        this.#name.focus();
      }
    });
    this.#name.replaceWith(input);
    input.focus();
    input.select();
  }

  #refresh(): void {
    const context = this.#context;
    if (context === undefined) {
      this.#crumb.textContent = '';
      this.#name.textContent = 'Daybook';
      this.#name.disabled = true;
      this.#name.removeAttribute('title');
      return;
    }
    const { folder, stem } = split(context.localPath);
    this.#crumb.textContent = folder === '' ? '' : `${folder.split('/').join(' / ')} /`;
    this.#name.textContent = stem;
    this.#name.disabled = false;
    this.#name.title = 'Rename';
  }
}

async function rename(context: DocumentRegistry.Context, name: string): Promise<void> {
  try {
    await context.rename(name);
  } catch (error) {
    await showErrorMessage('The document keeps its name', error instanceof Error ? error : String(error));
  }
}

function split(path: string): { folder: string; stem: string; extension: string } {
  const base = PathExt.basename(path);
  const extension = base.endsWith('.ipynb') ? '.ipynb' : '';
  return { folder: PathExt.dirname(path), stem: base.slice(0, base.length - extension.length), extension };
}
