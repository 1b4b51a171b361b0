// `npm run bench [-- NAME …]`: builds what is missing, then runs the benchmarks from their sources.
import { register } from 'tsx/esm/api';
import { buildMissing } from './build.mjs';

await buildMissing({ say: (line) => process.stderr.write(`${line}\n`) });
register();
const { runBenchmarks } = await import('../bench/main.ts');
process.exitCode = await runBenchmarks(process.argv.slice(2));
