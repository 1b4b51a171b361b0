import type { ErrorOutput } from './wire.ts';

/** What the kernel itself says in a cell that could not run or end. */
export function notice(ename: string, evalue: string): ErrorOutput {
  return { ename, evalue, traceback: [`\u001b[31m\u001b[1m${ename}\u001b[0m: ${evalue}`] };
}
