/** The same expression, but blind for a magic line at the very start of a text. */
export function outsideMagic(query: RegExp): RegExp {
  const start = '(?<![^])%%[A-Za-z]';
  return new RegExp(`(?<!${start}[^\\n]*)(?!${start})(?:${query.source})`, query.flags);
}
