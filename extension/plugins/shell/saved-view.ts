import { Dialog } from '@jupyterlab/apputils';
import { PageConfig, PathExt, URLExt } from '@jupyterlab/coreutils';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { Rooms } from '../../tokens.ts';
import { Announcer } from './announcer.ts';
import { type SavedState, savedState } from './saved-state.ts';
import type { ServerLink } from './server-link.ts';

/** Without a document only the server's absence is worth a word. */
const NOTHING_OPEN = { room: undefined, dirty: false, saving: false, saveError: '', readOnly: false } as const;

/** How long “Saved” takes to come back, in milliseconds: someone who types sees one word, not two in turn. */
const CALM = 400;

/** The dot and word beside the title; follows one document at a time. */
export class SavedView {
  readonly node = document.createElement('span');
  readonly #words = document.createElement('span');
  readonly #signIn = document.createElement('a');
  readonly #announcer = new Announcer();
  readonly #rooms: Rooms | null;
  readonly #link: ServerLink;
  #context: DocumentRegistry.Context | undefined;
  #saving = false;
  #failure = '';
  #calm: number | undefined;

  constructor(rooms: Rooms | null, link: ServerLink) {
    this.#link = link;
    this.#rooms = rooms;
    this.node.className = 'db-Saved';
    this.node.innerHTML = '<i class="db-Dot"></i>';
    this.#words.className = 'db-Saved-words';
    this.node.append(this.#words, this.#signIn, this.#announcer.node);
    this.#signIn.className = 'db-SignIn';
    this.#signIn.textContent = 'Sign in';
    // In a tab of its own, so that what this one holds is not lost.
    this.#signIn.target = '_blank';
    this.#signIn.href = `${URLExt.join(PageConfig.getBaseUrl(), 'login')}?next=${encodeURIComponent('/lab')}`;
    rooms?.changed.connect(() => this.#refresh());
    link.changed.connect((_link, state) => {
      // What could not be written while the server was away goes through the room now.
      if (state === 'up') this.#failure = '';
      this.#refresh();
    });
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

  #onSave(context: DocumentRegistry.Context, state: DocumentRegistry.SaveState): void {
    this.#saving = state === 'started';
    if (state.startsWith('completed')) this.#failure = '';
    if (state === 'failed') {
      dismissDialog(PathExt.basename(context.localPath));
      this.#failure = 'The server did not write the file. Your changes are still here; try Save again.';
      this.#link.check();
    }
    this.#refresh();
  }

  #refresh(): void {
    const context = this.#context;
    if (context === undefined || context.isDisposed || context.model === null) {
      this.node.hidden = this.#link.state === 'up';
      this.#show(savedState({ ...NOTHING_OPEN, link: this.#link.state }));
      return;
    }
    this.node.hidden = false;
    const told = (context.model.sharedModel.state as { saveError?: unknown } | undefined)?.saveError;
    this.#show(
      savedState({
        link: this.#link.state,
        room: this.#rooms?.of(context.model.sharedModel)?.state,
        dirty: context.model.dirty,
        saving: this.#saving,
        saveError: typeof told === 'string' && told !== '' ? told : this.#failure,
        readOnly: context.contentsModel?.writable === false || this.#rooms?.readOnly === true,
      }),
    );
  }

  #show(state: SavedState): void {
    window.clearTimeout(this.#calm);
    if (state.kind === 'saved' && this.node.dataset.kind === 'saving') {
      this.#calm = window.setTimeout(() => this.#draw(state), CALM);
      return;
    }
    this.#draw(state);
  }

  #draw(state: SavedState): void {
    const { kind, label, detail } = state;
    this.node.dataset.kind = kind;
    this.node.title = detail;
    if (this.#words.textContent !== label) this.#words.textContent = label;
    this.#signIn.hidden = kind !== 'signed-out';
    this.#announcer.follow(state);
  }
}

/** JupyterLab also opens a dialog about a failed save, just before it says so; the bar tells it without stopping anybody. */
function dismissDialog(name: string): void {
  Dialog.tracker.forEach((dialog) => {
    // A dialog can be dismissed only once it is on the page.
    if (dialog.node.ariaLabel?.includes(name) === true)
      void Promise.resolve().then(() => {
        if (!dialog.isDisposed) dialog.reject();
      });
  });
}
