import type { Figure } from './figure.ts';

/** Name → benchmark, loaded only when it runs. */
const BENCHMARKS: Record<string, () => Promise<Figure[]>> = {
  start: async () => (await import('./start.ts')).start(),
  load: async () => (await import('./load.ts')).load(),
  notebook: async () => (await import('./notebook.ts')).notebook(),
  kernel: async () => (await import('./kernel.ts')).kernel(),
  completion: async () => (await import('./completion.ts')).completion(),
  sandbox: async () => (await import('../../kernel/bench/sandbox.ts')).sandbox(),
  interrupt: async () => (await import('./interrupt.ts')).interrupt(),
  sql: async () => (await import('../../kernel/bench/sql.ts')).sql(),
  arrow: async () => (await import('../../kernel/bench/arrow.ts')).arrow(),
  sql10m: async () => (await import('../../kernel/bench/sql10m.ts')).sql10m(),
  collab: async () => (await import('./collab.ts')).collab(),
  tables: async () => (await import('../../kernel/bench/tables.ts')).tables(),
};

/**
 * Runs the named benchmarks, or all, and prints one JSON line per figure. Answers the exit code:
 * 1 when one could not run, 2 for an unknown name.
 */
export async function runBenchmarks(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !(name in BENCHMARKS));
  if (unknown.length > 0) {
    console.error(`No benchmark named ${unknown.join(', ')}. There are: ${Object.keys(BENCHMARKS).join(', ')}.`);
    return 2;
  }
  let code = 0;
  for (const [name, run] of Object.entries(BENCHMARKS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    try {
      for (const figure of await run()) console.log(JSON.stringify(figure));
    } catch (error) {
      console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      code = 1;
    }
  }
  return code;
}
