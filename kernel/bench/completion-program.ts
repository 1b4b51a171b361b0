import { completionTimes } from './completion.ts';

console.log(JSON.stringify(await completionTimes(Number(process.argv[2] ?? 5))));
