/*
 * How keys lie on disk: each part but the last is a folder, the last a file. A file's name ends in
 * `~` and a capital letter is written as `^` and the small one (neither sign occurs in keys), so
 * `a` and `a/b` can both exist, and `A` and `a` differ on file systems that know no case.
 */

/** Path of a key below the root, as names to join. */
export function namesOf(key: string): string[] {
  const names = key.split('/').map(encode);
  names.push(`${names.pop()}~`);
  return names;
}

/** Names of the folders a key's beginning lies in: those of every finished part. */
export function foldersOf(prefix: string): string[] {
  return prefix.split('/').slice(0, -1).map(encode);
}

/** A directory entry as the part of a key it stands for; `undefined` for files of others. */
export function partOf(entry: { readonly name: string; isDirectory(): boolean }): string | undefined {
  if (entry.isDirectory()) return `${decode(entry.name)}/`;
  return entry.name.endsWith('~') ? decode(entry.name.slice(0, -1)) : undefined;
}

function encode(part: string): string {
  return part.replaceAll(/[A-Z]/g, (letter) => `^${letter.toLowerCase()}`);
}

function decode(name: string): string {
  return name.replaceAll(/\^([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
