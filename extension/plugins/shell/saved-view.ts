import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { Rooms } from '../../tokens.ts';
import { type SavedState, savedState } from './saved-state.ts';

/** The dot and word beside the title; follows one document at a time. */
export class SavedView {
  readonly node = document.createElement('span');
  readonly #rooms: Rooms | null;
  #context: DocumentRegistry.Context | undefined;
  #saving = false;
  #failure = '';

  constructor(rooms: Rooms | null) {
    this.#rooms = rooms;
    this.node.className = 'db-Saved';
    this.node.setAttribute('role', 'status');
    this.node.innerHTML = '<i class="db-Dot"></i><span></span>';
    rooms?.changed.connect(() => this.#refresh());
    window.addEventListener('online', () => this.#refresh());
    window.addEventListener('offline', () => this.#refresh());
    this.#refresh();
  }

  follow(context: DocumentRegistry.Context | undefined): void {
    if (context === this.#context) return;
    const before = this.#context;
    if (before !== undefined && !before.isDisposed) {
      before.saveState.disconnect(this.#onSave, this);
      before.model?.stateChanged.disconnect(this.#refresh, this);
      before.model?.sharedModel.changed.disconnect(this.#refresh, this);
    }
    this.#context = context;
    this.#saving = false;
    this.#failure = '';
    context?.saveState.connect(this.#onSave, this);
    context?.model.stateChanged.connect(this.#refresh, this);
    context?.model.sharedModel.changed.connect(this.#refresh, this);
    this.#refresh();
  }

  #onSave(_context: DocumentRegistry.Context, state: DocumentRegistry.SaveState): void {
    this.#saving = state === 'started';
    if (state.startsWith('completed')) this.#failure = '';
    if (state === 'failed')
      this.#failure = 'The server did not write the file. Your changes are still here; try Save again.';
    this.#refresh();
  }

  #refresh(): void {
    const context = this.#context;
    this.node.hidden = context === undefined;
    if (context === undefined || context.isDisposed || context.model === null) return;
    const told = (context.model.sharedModel.state as { saveError?: unknown } | undefined)?.saveError;
    this.#show(
      savedState({
        online: navigator.onLine,
        connected: this.#rooms?.connected(context.path),
        dirty: context.model.dirty,
        saving: this.#saving,
        saveError: typeof told === 'string' && told !== '' ? told : this.#failure,
        readOnly: context.contentsModel?.writable === false,
      }),
    );
  }

  #show({ kind, label, detail }: SavedState): void {
    this.node.dataset.kind = kind;
    this.node.title = detail;
    const text = this.node.lastElementChild;
    const words = kind === 'failed' ? `${label}: ${detail}` : label;
    if (text !== null && text.textContent !== words) text.textContent = words;
  }
}
