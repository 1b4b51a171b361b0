/** Somebody in a document. */
export interface Person {
  /** The account, as the server signs it. */
  readonly id: string;
  readonly name: string;
  readonly initials: string;
  readonly color: string;
  /** One's own other tabs. */
  readonly self: boolean;
  /** Where their last active tab is. */
  readonly client: number;
  /** Id of the cell they are in. */
  readonly cell: string | undefined;
}

/** What pages say of themselves to a room, beside the `user` that the server writes. */
export interface PageState {
  /** Id of the active cell. */
  readonly cell?: string | undefined;
  /** The selection in it, as Yjs relative positions. */
  readonly cursor?: { readonly anchor: unknown; readonly head: unknown } | undefined;
}

/** The field of the awareness state that `PageState` is in. */
export const PAGE = 'daybook';

const FALLBACK = 'var(--db-c6)';

/**
 * Everybody else in a document, by their awareness states, each account once, in order of name. The
 * tab of a person that has a cell counts before one that has none.
 */
export function peopleIn(states: ReadonlyMap<number, unknown>, own: number): Person[] {
  const self = userOf(states.get(own))?.id;
  const people = new Map<string, Person>();
  for (const [client, state] of states) {
    if (client === own) continue;
    const user = userOf(state);
    if (user === undefined) continue;
    const person = { ...user, self: user.id === self, client, cell: pageOf(state).cell };
    const known = people.get(user.id);
    if (known === undefined || (known.cell === undefined && person.cell !== undefined)) people.set(user.id, person);
  }
  return [...people.values()].sort((a, b) => a.name.localeCompare(b.name) || a.client - b.client);
}

/** What a page says of itself; nothing it says is trusted to have the right form. */
export function pageOf(state: unknown): PageState {
  const page = (state as Record<string, unknown> | null | undefined)?.[PAGE];
  if (typeof page !== 'object' || page === null) return {};
  const { cell, cursor } = page as { cell?: unknown; cursor?: unknown };
  const found = cursor as { anchor?: unknown; head?: unknown } | null | undefined;
  return {
    cell: typeof cell === 'string' ? cell : undefined,
    cursor:
      typeof found?.anchor === 'object' && typeof found.head === 'object'
        ? { anchor: found.anchor, head: found.head }
        : undefined,
  };
}

export function userOf(state: unknown): Pick<Person, 'id' | 'name' | 'initials' | 'color'> | undefined {
  const user = (state as { user?: unknown } | null | undefined)?.user;
  if (typeof user !== 'object' || user === null) return undefined;
  const { username, name, display_name, initials, color } = user as Record<string, unknown>;
  const id = text(username) ?? text(name);
  if (id === undefined) return undefined;
  const shown = text(display_name) ?? text(name) ?? id;
  return {
    id,
    name: shown.slice(0, 80),
    initials: (text(initials) ?? shown.slice(0, 2).toUpperCase()).slice(0, 3),
    color: colour(color),
  };
}

/** Colours come from the server; anything that is not plainly one stays out of the page's style. */
function colour(value: unknown): string {
  return typeof value === 'string' && /^(#[0-9a-f]{3,8}|var\(--[\w-]+\))$/i.test(value) ? value : FALLBACK;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The first few, and how many more there are. */
export function fold<T>(people: readonly T[], most: number): { readonly shown: readonly T[]; readonly more: number } {
  if (people.length <= most) return { shown: people, more: 0 };
  return { shown: people.slice(0, most - 1), more: people.length - (most - 1) };
}
