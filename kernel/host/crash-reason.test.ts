import { expect, test } from 'vitest';
import { type CrashFacts, crashReason } from './crash-reason.ts';

const NOTHING: CrashFacts = { code: null, signal: null, tail: '', memory: undefined, heapMb: 1_024 };

test.each([
  [{ memory: { bytes: 3 * 2 ** 30, limit: 2 ** 31 } }, 'out of memory at 3.0 GB; it may use 2.0 GB'],
  [
    { signal: 'SIGABRT', tail: 'FATAL ERROR: JavaScript heap out of memory' },
    'out of memory at 1.0 GB of JavaScript objects',
  ],
  [{ signal: 'SIGKILL' }, 'killed from outside'],
  [{ signal: 'SIGSEGV' }, 'ended by signal SIGSEGV'],
  [{ code: 7 }, 'exited with code 7'],
  [{ tail: 'its folder is gone.' }, 'could not be started: its folder is gone.'],
] as const)('K20 %j', (facts, words) => {
  expect(crashReason({ ...NOTHING, ...facts })).toContain(words);
});
