// Removes what builds left behind.
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a build notes its files for the sweep of the next one. */
const NOTE = 'files.json';
const HASHED = /\.[0-9a-f]{12}\.[a-z0-9]+(\.map)?(\.(br|gz))?(\.part)?$/;

/** Keeps the files of this build and of the one before, which a page that is open may still ask for. */
export async function sweep(folder, built) {
  const before = await readFile(join(folder, NOTE), 'utf8').then(JSON.parse, () => undefined);
  const current = [...built].sort();
  const previous = sameList(before?.current, current) ? (before.previous ?? []) : (before?.current ?? []);
  const kept = new Set([...current, ...previous]);
  const names = (await readdir(folder)).filter((name) => HASHED.test(name));
  const gone = names.filter((name) => !kept.has(name.replace(/\.(br|gz)$/, '')));
  await Promise.all(gone.map((name) => rm(join(folder, name), { force: true })));
  await writeFile(join(folder, `${NOTE}.part`), JSON.stringify({ current, previous }));
  await rename(join(folder, `${NOTE}.part`), join(folder, NOTE));
}

function sameList(left, right) {
  return left?.length === right.length && left.every((name, index) => name === right[index]);
}
