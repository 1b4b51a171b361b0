import type { TextDiff, Version } from '@daybook/shared/api/versions';
import type { NotebookDiff } from '@daybook/shared/notebook/diff/notebook-diff';
import { summarise } from '@daybook/shared/notebook/diff/summary';
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';
import { sentenceOf } from '../../api/ask.ts';
import { element } from '../../widgets/grid/element.ts';
import type { HistoryClient } from './client.ts';
import { fullName, restoreLinesWords, restoreWords } from './words.ts';

export interface ActionEffects {
  readonly client: HistoryClient;
  readonly open: (path: string) => void;
  readonly now: () => Date;
  /** The versions are others now. */
  readonly changed: () => void;
}

/** What people do with versions, from the panel and from a comparison. Failures are said, never thrown. */
export class VersionActions {
  readonly #effects: ActionEffects;

  constructor(effects: ActionEffects) {
    this.#effects = effects;
  }

  /** Asks first, saying what will happen; resolves true when it was restored. */
  async restore(version: Version): Promise<boolean> {
    const { client, now } = this.#effects;
    return this.#attempt(async () => {
      const since = await client.diff(version.id);
      if (!(await confirm(version, since, now()))) return false;
      const { before, changed } = await client.restore(version.id);
      if (changed) this.#sayRestored(`The ${version.type} is what it was.`, before);
      else Notification.info('It says the same as this version already.', { autoClose: 4_000 });
      return true;
    });
  }

  restoreCell(version: Version, cell: string): Promise<boolean> {
    return this.#attempt(async () => {
      const { before } = await this.#effects.client.restoreCell(version.id, cell);
      this.#sayRestored('The cell is what it was.', before);
      return true;
    });
  }

  restoreDeletedCell(id: string): Promise<boolean> {
    return this.#attempt(async () => {
      const { before } = await this.#effects.client.restoreDeletedCell(id);
      this.#sayRestored('The cell is back at its place.', before);
      return true;
    });
  }

  /** Makes a new file of a version and opens it. */
  copy(version: Version): Promise<boolean> {
    return this.#attempt(async () => {
      this.#effects.open(await this.#effects.client.copy(version.id));
      return true;
    });
  }

  /** Puts a text into the clipboard. */
  copyText(text: string): Promise<boolean> {
    return this.#attempt(async () => {
      await navigator.clipboard.writeText(text);
      Notification.success('Copied.', { autoClose: 2_000 });
      return true;
    });
  }

  name(path: string, label: string): Promise<boolean> {
    return this.#attempt(async () => {
      await this.#effects.client.name(path, label);
      return true;
    });
  }

  rename(version: Version, label: string | null): Promise<boolean> {
    return this.#attempt(async () => {
      await this.#effects.client.rename(version.id, label);
      return true;
    });
  }

  #sayRestored(words: string, before: string): void {
    const undo = () => this.#attempt(() => this.#effects.client.restore(before).then(() => true));
    Notification.success(words, {
      autoClose: 15_000,
      actions: [{ label: 'Undo', caption: 'Bring back what it said before', callback: () => void undo() }],
    });
  }

  async #attempt(work: () => Promise<boolean>): Promise<boolean> {
    try {
      const done = await work();
      if (done) this.#effects.changed();
      return done;
    } catch (error) {
      Notification.error(sentenceOf(error), { autoClose: 10_000 });
      return false;
    }
  }
}

async function confirm(version: Version, since: NotebookDiff | TextDiff, now: Date): Promise<boolean> {
  const name = version.label === undefined ? 'this version' : `“${version.label}”`;
  const what =
    'lines' in since ? restoreLinesWords(since) : `${restoreWords(summarise(since))} Outputs are restored too.`;
  const body = element('div', {
    class: 'db-RestoreDialog',
    children: [
      element('p', { text: `${fullName(version, now)}.` }),
      element('p', { text: what }),
      element('p', {
        text: 'Everybody who has it open sees this at once. What it says now is kept as a version, so that this can be undone.',
      }),
    ],
  });
  const { button } = await showDialog({
    title: `Restore ${name}?`,
    body: new Widget({ node: body }),
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: 'Restore' })],
  });
  return button.accept;
}
