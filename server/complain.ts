import { DaybookError } from '@daybook/shared/errors/error';

/** Says on standard error what went wrong and what to do; the stack only for what should not have happened. */
export function complain(error: unknown): void {
  if (error instanceof DaybookError) {
    process.stderr.write(
      `\n${error.message}\n${error.action === undefined ? '' : `${error.action}\n`}[${error.code}]\n\n`,
    );
    return;
  }
  process.stderr.write(`\nDaybook could not start.\n${error instanceof Error ? error.stack : String(error)}\n\n`);
}
