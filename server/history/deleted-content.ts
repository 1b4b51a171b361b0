import * as Y from 'yjs';

/*
 * Reads a shared type as it was before the transaction that deleted it: until that transaction is
 * cleaned up, what it deleted is still there, marked as deleted. What was deleted before stays out.
 */

/** Valid in observers and in `afterTransaction`. */
export function contentBefore(type: unknown, transaction: Y.Transaction): unknown {
  const was = (item: Y.Item) => !item.deleted || Y.isDeleted(transaction.deleteSet, item.id);

  function read(value: unknown): unknown {
    if (value instanceof Y.Text) return items(value).join('');
    if (value instanceof Y.Array) return items(value).map(read);
    if (value instanceof Y.Map) return map(value);
    return value;
  }

  function items(list: { readonly _start: Y.Item | null }): unknown[] {
    const found: unknown[] = [];
    for (let item = list._start; item !== null; item = item.right) {
      if (was(item) && item.countable) found.push(...item.content.getContent());
    }
    return found;
  }

  function map(shared: Y.Map<unknown>): Record<string, unknown> {
    const entries = [...shared._map].flatMap(([key, last]): [string, unknown][] => {
      if (!was(last)) return [];
      const values = last.content.getContent();
      return [[key, read(values.at(-1))]];
    });
    return Object.fromEntries(entries);
  }

  return read(type);
}
