/** A path of this server to go to after signing in; anything else becomes the start page. */
export function localPath(path: string | undefined): string {
  if (path === undefined || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(path)) return '/';
  return path;
}
