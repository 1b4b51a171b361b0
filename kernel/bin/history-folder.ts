import { isAbsolute, join } from 'node:path';

/**
 * Where a kernel of stock Jupyter keeps the history of cells: `DAYBOOK_KERNEL_HISTORY` (`off` keeps
 * none beyond the kernel's life), or this user's folder for the state of programs.
 */
export function historyFolder(
  env: Readonly<NodeJS.ProcessEnv>,
  { home, platform }: { readonly home: string; readonly platform: NodeJS.Platform },
): string | undefined {
  const wanted = env.DAYBOOK_KERNEL_HISTORY;
  if (wanted === 'off') return undefined;
  if (wanted !== undefined && isAbsolute(wanted)) return wanted;
  if (platform === 'darwin') return join(home, 'Library/Application Support/daybook/history');
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData/Local'), 'daybook/history');
  return join(env.XDG_STATE_HOME || join(home, '.local/state'), 'daybook/history');
}
