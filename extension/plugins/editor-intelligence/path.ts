/** A path in the workspace from a notebook's and one relative to its folder; undefined when that is outside. */
export function pathFrom(notebook: string, relative: string): string | undefined {
  const parts = notebook
    .replace(/^[^/:]+:/, '')
    .split('/')
    .slice(0, -1);
  for (const part of relative.split('/')) {
    if (part === '..' && parts.pop() === undefined) return undefined;
    if (part !== '..' && part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
