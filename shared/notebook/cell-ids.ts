const ID = /^[a-zA-Z0-9_-]{1,64}$/;

/** Gives out cell ids that are valid and unique within one notebook. */
export function createCellIds(taken: Iterable<string> = []): (wanted: string | undefined, text: string) => string {
  const used = new Set(taken);
  return (wanted, text) => {
    let id = wanted !== undefined && ID.test(wanted) && !used.has(wanted) ? wanted : undefined;
    for (let nth = 0; id === undefined; nth += 1) {
      const made = hash(`${nth} ${text}`);
      if (!used.has(made)) id = made;
    }
    used.add(id);
    return id;
  };
}

/**
 * Eight hexadecimal digits of FNV-1a. An id made from the text and the count of equal cells before
 * it is the same at every reading, so a file without ids keeps its identity while it is unchanged.
 */
function hash(text: string): string {
  let state = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  return (state >>> 0).toString(16).padStart(8, '0');
}
