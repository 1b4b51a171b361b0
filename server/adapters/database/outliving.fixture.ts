import type { Account } from './account.ts';

/** The account without the order to stop with its parent, as on systems that have no such order. */
export function outliving(account: Account): Account {
  const { prefix } = account;
  const at = prefix.indexOf('--pdeathsig');
  if (at === -1) return account;
  const rest = prefix.toSpliced(at, 2);
  return { ...account, prefix: rest.at(-1) === 'setpriv' ? rest.slice(0, -1) : rest };
}
