import type { Action } from './roles.ts';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Requests that change something and need another right than `edit`; the first that fits counts. */
const OTHERS: readonly (readonly [paths: RegExp, action: Action])[] = [
  // Opening a document, the place of one's panels, and signing out: part of looking.
  [/^\/api\/collaboration\/session\//, 'read'],
  [/^\/lab\/api\/workspaces(\/|$)/, 'read'],
  // One's own settings: how the page looks and which keys one has.
  [/^\/lab\/api\/settings\//, 'read'],
  [/^\/log(in|out)$/, 'read'],
  // What one has read is one's own affair.
  [/^\/api\/v1\/(comments|notifications)\/read$/, 'read'],
  [/^\/api\/v1\/comments(\/|$)/, 'comment'],
  [/^\/api\/(kernels|sessions|terminals)(\/|$)/, 'run'],
  [/^\/api\/v1\/(runs|notebooks\/run)(\/|$)/, 'run'],
  [/^\/api\/v1\/(users|groups|audit)(\/|$)/, 'manage'],
];

/**
 * What an HTTP request does, by its method and path. Whatever changes something and is not listed
 * is an edit, so that a new endpoint is closed to readers until somebody decides otherwise.
 */
export function actionOf(method: string, path: string): Action {
  if (SAFE_METHODS.has(method)) return 'read';
  return OTHERS.find(([paths]) => paths.test(path))?.[1] ?? 'edit';
}
