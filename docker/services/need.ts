import { describe, test } from 'vitest';

/**
 * Something a test needs that a bare machine may lack: a browser, a database server, a Python
 * package. A suite whose need is not met is listed by name and reason at the end of the run, and
 * fails instead when `DAYBOOK_TEST_REQUIRE=all` (CI).
 */
export interface Need<T> {
  readonly name: string;
  /** The thing, ready to use, or `undefined`. */
  readonly found: T | undefined;
  /** What is missing and how to get it. */
  readonly reason: string;
}

/** Looks for something once. `find` answers `undefined` (not a throw) when it is not there. */
export function need<T>(name: string, reason: string, find: () => T | undefined): Need<T> {
  return { name, found: find(), reason };
}

/** A suite that runs only with its need met; says so otherwise. */
export function describeWith<T>(wanted: Need<T>, name: string, suite: (found: T) => void): void {
  const { found } = wanted;
  if (found !== undefined) {
    describe(name, () => suite(found));
    return;
  }
  const gap = `needs ${wanted.name}: ${wanted.reason}`;
  if (process.env.DAYBOOK_TEST_REQUIRE === 'all') {
    test(`${name} (${gap})`, () => {
      throw new Error(gap);
    });
    return;
  }
  describe(name, () => {
    test(gap, (context) => context.skip(gap));
  });
}
