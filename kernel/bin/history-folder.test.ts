import { expect, test } from 'vitest';
import { historyFolder } from './history-folder.ts';

test.each([
  [{}, 'linux', '/h/.local/state/daybook/history'],
  [{ XDG_STATE_HOME: '/s' }, 'linux', '/s/daybook/history'],
  [{}, 'darwin', '/h/Library/Application Support/daybook/history'],
  [{ DAYBOOK_KERNEL_HISTORY: '/elsewhere' }, 'linux', '/elsewhere'],
  [{ DAYBOOK_KERNEL_HISTORY: 'relative' }, 'linux', '/h/.local/state/daybook/history'],
  [{ DAYBOOK_KERNEL_HISTORY: 'off' }, 'linux', undefined],
] as const)('K59 %j on %s', (env, platform, folder) => {
  expect(historyFolder(env, { home: '/h', platform })).toBe(folder);
});
