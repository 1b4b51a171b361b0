/** A name as SQL reads it, whatever its characters: `a"b` → `"a""b"`. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as an SQL string literal: `it's` → `'it''s'`. For values of a user, bind instead. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
