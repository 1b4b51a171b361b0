/** Jupyter keeps a multi-line text as a list of lines in the file and as one string in memory. */
export function joinLines(text: string | readonly string[]): string {
  return typeof text === 'string' ? text : text.join('');
}

/** Joins the list-valued texts of a MIME bundle; JSON types keep their lists, which are data. */
export function joinBundle(bundle: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(bundle).map(([mime, value]) => [mime, isJson(mime) || !isLines(value) ? value : value.join('')]),
  );
}

/** Splits the texts of a MIME bundle that Jupyter splits. */
export function splitBundle(bundle: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(bundle).map(([mime, value]) => [
      mime,
      typeof value === 'string' && isSplit(mime) ? splitLines(value) : value,
    ]),
  );
}

/** A line with its end, where Python's `str.splitlines` sees line ends, or the rest of the text. */
const LINE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these end lines
  /[^\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]*(?:\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029])|[^\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]+$/g;

/** The lines with their ends, where Python's `str.splitlines(True)` sees line ends. */
export function splitLines(text: string): string[] {
  return text.match(LINE) ?? [];
}

export function isLines(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((line) => typeof line === 'string');
}

function isJson(mime: string): boolean {
  return mime === 'application/json' || (mime.startsWith('application/') && mime.endsWith('+json'));
}

/** True for media types whose texts Jupyter splits into lines in the file. */
export function isSplit(mime: string): boolean {
  return mime.startsWith('text/') || mime === 'application/javascript' || mime === 'image/svg+xml';
}
