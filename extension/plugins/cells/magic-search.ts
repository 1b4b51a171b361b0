/** The same expression, but blind for a magic line at the very start of a text. */
export function outsideMagic(query: RegExp): RegExp {
  return new RegExp(`(?<!(?<![^])(?=%%[A-Za-z])[^\\n]*)(?:${query.source})`, query.flags);
}
