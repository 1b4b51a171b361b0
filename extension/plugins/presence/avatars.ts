import { button, element } from '../../widgets/grid/element.ts';
import { fold, type Person } from './people.ts';

/** Avatars in the bar at once. */
const MOST = 5;

export interface AvatarEffects {
  /** Follows this person, or nobody any more when they are followed already. */
  follow(person: Person): void;
}

/** The people in a document, in the top bar; a click follows one. */
export class Avatars {
  readonly node = element('div', {
    class: 'db-Avatars',
    attributes: { role: 'group', 'aria-label': 'People in this document' },
  });
  readonly #effects: AvatarEffects;
  #drawn = '';

  constructor(effects: AvatarEffects) {
    this.#effects = effects;
    this.node.hidden = true;
  }

  show(people: readonly Person[], followed: string | undefined): void {
    const drawn = JSON.stringify([people.map(({ id, name, self, color }) => [id, name, self, color]), followed]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const { shown, more } = fold(people, MOST);
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.person : undefined;
    const rest = people.slice(shown.length).map(({ name }) => name);
    this.node.replaceChildren(
      ...shown.map((person) => this.#avatar(person, person.id === followed)),
      ...(more > 0
        ? [
            element('span', {
              class: 'db-Avatar db-mod-more',
              text: `+${more}`,
              attributes: { title: rest.join(', '), role: 'img', 'aria-label': `And ${rest.join(', ')}` },
            }),
          ]
        : []),
    );
    this.node.hidden = people.length === 0;
    if (focused !== undefined) this.node.querySelector<HTMLElement>(`[data-person="${CSS.escape(focused)}"]`)?.focus();
  }

  #avatar(person: Person, followed: boolean): HTMLElement {
    const label = labelOf(person);
    const avatar = button(person.initials, () => this.#effects.follow(person), {
      class: 'db-Avatar',
      attributes: {
        title: followed ? `Following ${person.name}. Click or press Escape to stop.` : `${label}. Click to follow.`,
        'aria-label': `Follow ${label}`,
        'aria-pressed': String(followed),
        'data-person': person.id,
      },
    });
    avatar.style.setProperty('--db-person', person.color);
    return avatar;
  }
}

/** Who it is, in words. */
export function labelOf({ name, self }: Pick<Person, 'name' | 'self'>): string {
  return self ? `${name} (you, in another tab)` : name;
}
