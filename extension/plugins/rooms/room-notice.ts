import { Widget } from '@lumino/widgets';
import type { Draft } from '../../collab/kept-edits.ts';
import type { RoomState } from '../../collab/room-state.ts';
import { button, element } from '../../widgets/grid/element.ts';

export interface RoomNoticeEffects {
  openAnew(): void;
  /** Saves what is on the screen as a file of its own. */
  saveThis(): void;
  downloadThis(): void;
  save(draft: Draft): void;
  download(draft: Draft): void;
  discard(draft: Draft): void;
}

/** What stands above a document that the server takes no more text for, or that has drafts on this device. */
export class RoomNotice extends Widget {
  readonly #effects: RoomNoticeEffects;
  #shown = '';

  constructor(effects: RoomNoticeEffects) {
    super();
    this.#effects = effects;
    this.addClass('db-RoomNotices');
    this.node.setAttribute('role', 'status');
    this.hide();
  }

  say(state: RoomState | undefined, drafts: readonly Draft[]): void {
    const shown = JSON.stringify([state?.closed, (state?.unsaved ?? 0) > 0, drafts.map(({ id }) => id)]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const effects = this.#effects;
    const strips: HTMLElement[] = [];
    if (state?.closed !== undefined) {
      const copy = state.unsaved > 0 || state.closed.code === '4404';
      strips.push(
        strip(state.closed.text, [
          ['Open anew', () => effects.openAnew()],
          ...(copy
            ? ([
                ['Save a copy', () => effects.saveThis()],
                ['Download', () => effects.downloadThis()],
              ] as const)
            : []),
        ]),
      );
    }
    for (const draft of drafts)
      strips.push(
        strip(draftWords(draft), [
          ['Save as a copy', () => effects.save(draft)],
          ['Download', () => effects.download(draft)],
          ['Discard', () => effects.discard(draft)],
        ]),
      );
    this.node.replaceChildren(...strips);
    this.node.style.minHeight = `${strips.length * 96}px`;
    this.setHidden(strips.length === 0);
  }
}

/** What is said of a draft: when it was made and why. */
export function draftWords({ at, reason }: Pick<Draft, 'at' | 'reason'>): string {
  const when = new Date(at).toLocaleString('en', {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  });
  return `Edits of ${when} could not be saved; this device keeps them as a draft. ${reason}`;
}

/** One thing that is said, and what can be done about it. */
export function strip(text: string, actions: readonly (readonly [label: string, act: () => void])[]): HTMLElement {
  return element('div', {
    class: 'db-RoomNotice',
    children: [element('p', { text }), ...actions.map(([label, act]) => button(label, act, { class: 'db-Button' }))],
  });
}
