/** Spaces that the next line of an unfinished TypeScript cell begins with: those of the last line, deeper after an opening bracket. */
export function indentAfter(code: string): string {
  const last = code.trimEnd().split('\n').at(-1) ?? '';
  const indent = /^[ \t]*/.exec(last)?.[0] ?? '';
  return /[{([]\s*(?:\/\/[^\n]*)?$|=>$/.test(last) ? `${indent}  ` : indent;
}
