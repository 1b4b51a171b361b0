import type { Role } from './roles.ts';

/** Who is acting, and as what. */
export interface Identity {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly initials: string;
  /** A CSS colour of the palette, for cursors and avatars. */
  readonly color: string;
  readonly role: Role;
}

/** The id of whoever holds the token. */
const TOKEN_HOLDER = 'owner';
const PREFIX = 'user:';

/** The id of a user with an account: the name, unless that could be taken for another's id. */
export function userId(name: string): string {
  return name === TOKEN_HOLDER || name.startsWith(PREFIX) ? `${PREFIX}${name}` : name;
}

/** Whether this is whoever holds the token, whose the server is. */
export function holdsToken({ id }: Pick<Identity, 'id'>): boolean {
  return id === TOKEN_HOLDER;
}

const COLORS = ['#3345b8', '#d9822b', '#1f8f86', '#bf3f74', '#7b6fe0', '#7d8c1f', '#4d8fd6', '#97603f'];

/**
 * Makes an identity from an account name; the same name always has the same colour. Without a user
 * id it is whoever holds the token.
 */
export function identityOf(name: string, { id = TOKEN_HOLDER, role = 'owner' }: IdentityOptions = {}): Identity {
  const display = name.slice(0, 1).toUpperCase() + name.slice(1);
  const words = display.split(/[\s._-]+/).filter((word) => word !== '');
  const initials = words.length > 1 ? `${words[0]?.[0] ?? ''}${words.at(-1)?.[0] ?? ''}` : display.slice(0, 2);
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return {
    id,
    name,
    displayName: display,
    initials: initials.toUpperCase(),
    color: COLORS[sum % COLORS.length] ?? '#3345b8',
    role,
  };
}

export interface IdentityOptions {
  readonly id?: string;
  readonly role?: Role;
}
