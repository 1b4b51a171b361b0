import { DaybookError } from '@daybook/shared/errors/error';
import type { IsolationPolicy } from '@daybook/shared/ports/isolation';
import { z } from 'zod';

const amount = z.coerce.number({ error: 'must be a number above 0' }).positive('must be a number above 0').optional();
const Environment = z.object({
  DAYBOOK_SANDBOX: z.enum(['off', 'auto', 'required'], { error: 'must be off, auto or required' }).default('off'),
  DAYBOOK_SANDBOX_NETWORK: z
    .enum(['0', '1', 'true', 'false'], { error: 'must be 1, 0, true or false' })
    .default('0')
    .transform((value) => value === '1' || value === 'true'),
  DAYBOOK_KERNEL_PROCESSES: amount,
  DAYBOOK_KERNEL_OPEN_FILES: amount,
  DAYBOOK_KERNEL_FILE_MB: amount,
  DAYBOOK_KERNEL_MEMORY_MB: amount,
  DAYBOOK_KERNEL_CPUS: amount,
});

/** The policy of the program for stock Jupyter: the server's settings by the same names. Errors: `bad_setting`. */
export function policyOf(environment: NodeJS.ProcessEnv): IsolationPolicy {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = String(issue?.path[0]);
    throw new DaybookError('bad_setting', `${name}=${environment[name]} ${issue?.message}.`, {
      action: `Correct ${name} or remove it.`,
    });
  }
  const settings = parsed.data;
  return {
    sandbox: settings.DAYBOOK_SANDBOX,
    network: settings.DAYBOOK_SANDBOX_NETWORK,
    hidden: [],
    limits: {
      processes: settings.DAYBOOK_KERNEL_PROCESSES,
      openFiles: settings.DAYBOOK_KERNEL_OPEN_FILES,
      fileMb: settings.DAYBOOK_KERNEL_FILE_MB,
      memoryMb: settings.DAYBOOK_KERNEL_MEMORY_MB,
      cpus: settings.DAYBOOK_KERNEL_CPUS,
    },
  };
}
