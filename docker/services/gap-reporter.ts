import type { Reporter, TestModule } from 'vitest/node';

/**
 * Closes a run with what could not run here, by name and reason, and with one plain line of
 * counts. A file that failed to load counts as one failure: its tests were never seen.
 */
export default class GapReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0 };
    const gaps = new Map<string, Set<string>>();
    for (const module of modules) {
      if (module.errors().length > 0) counts.failed += 1;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') counts.passed += 1;
        else if (result.state === 'failed') counts.failed += 1;
        else {
          counts.skipped += 1;
          const reason = (result.state === 'skipped' && result.note) || 'skipped in the source without a reason';
          const suite = test.parent.type === 'suite' ? test.parent.fullName : test.fullName;
          gaps.set(reason, (gaps.get(reason) ?? new Set()).add(`${module.relativeModuleId}: ${suite}`));
        }
      }
    }
    const lines = [...gaps].flatMap(([reason, suites]) => [
      `  ${reason}`,
      ...[...suites].map((suite) => `    - ${suite}`),
    ]);
    if (lines.length > 0) process.stdout.write(`\nNot run on this machine:\n${lines.join('\n')}\n`);
    process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
  }
}
