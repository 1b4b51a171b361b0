/** Where a version of a file that could not be merged is kept: beside it, under a name of its own. */
export function conflictPath(path: string, hash: string): string {
  const slash = path.lastIndexOf('/') + 1;
  const dot = path.lastIndexOf('.');
  const at = dot > slash ? dot : path.length;
  return `${path.slice(0, at)} (conflict ${hash.slice(0, 8)})${path.slice(at)}`;
}
