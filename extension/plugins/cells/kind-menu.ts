import { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';
import type { ShownKind } from './kinds.ts';

export interface KindChoice {
  /** What there is to choose from. */
  readonly kinds: readonly ShownKind[];
  /** Kind to mark as the present one. */
  readonly current?: string;
  readonly choose: (kind: string) => void;
  /** Called when the menu closed and nothing was chosen. */
  readonly dismissed?: () => void;
}

/** The menu of cell kinds; one for the whole application. */
export class KindMenu {
  readonly #menu: Menu;
  #choice: KindChoice | undefined;
  #chosen: string | undefined;

  constructor() {
    const commands = new CommandRegistry();
    commands.addCommand('choose', {
      label: ({ kind }) => this.#kind(kind)?.label ?? '',
      caption: ({ kind }) => this.#kind(kind)?.hint ?? '',
      isToggled: ({ kind }) => kind === this.#choice?.current,
      isToggleable: true,
      execute: ({ kind }) => {
        this.#chosen = String(kind);
      },
      describedBy: { args: { type: 'object', properties: { kind: { type: 'string' } } } },
    });
    this.#menu = new Menu({ commands });
    this.#menu.addClass('db-KindMenu');
    this.#menu.aboutToClose.connect(() => this.#settle());
  }

  /** Opens below an element. */
  open(anchor: DOMRect, choice: KindChoice): void {
    this.#choice = choice;
    this.#chosen = undefined;
    this.#menu.clearItems();
    for (const { id } of choice.kinds) this.#menu.addItem({ command: 'choose', args: { kind: id } });
    this.#menu.open(anchor.left, anchor.bottom + 4);
    this.#menu.activateNextItem();
  }

  #kind(wanted: unknown): ShownKind | undefined {
    return this.#choice?.kinds.find(({ id }) => id === wanted);
  }

  /** The menu tells that it closes before it runs the chosen command, so wait for that. */
  #settle(): void {
    const choice = this.#choice;
    requestAnimationFrame(() => {
      if (this.#chosen === undefined) choice?.dismissed?.();
      else choice?.choose(this.#chosen);
    });
  }
}
