import type { Person } from './people.ts';

export interface FollowEffects {
  /** Scrolls to the cell with this id. */
  scrollTo(cell: string): void;
  /** Somebody else is followed now, or nobody. */
  changed(): void;
}

/** Whom one follows, and where they led last. */
export class Follow {
  readonly #effects: FollowEffects;
  #id: string | undefined;
  #cell: string | undefined;

  constructor(effects: FollowEffects) {
    this.#effects = effects;
  }

  /** The account that is followed. */
  get followed(): string | undefined {
    return this.#id;
  }

  toggle(person: Pick<Person, 'id' | 'cell'>): void {
    if (this.#id === person.id) {
      this.stop();
      return;
    }
    this.#id = person.id;
    this.#cell = undefined;
    this.#effects.changed();
    this.#go(person.cell);
  }

  /** Looks where they are now; who left is followed no more. */
  look(people: readonly Pick<Person, 'id' | 'cell'>[]): void {
    if (this.#id === undefined) return;
    const person = people.find(({ id }) => id === this.#id);
    if (person === undefined) this.stop();
    else this.#go(person.cell);
  }

  stop(): void {
    if (this.#id === undefined) return;
    this.#id = undefined;
    this.#cell = undefined;
    this.#effects.changed();
  }

  #go(cell: string | undefined): void {
    if (cell === undefined || cell === this.#cell) return;
    this.#cell = cell;
    this.#effects.scrollTo(cell);
  }
}
