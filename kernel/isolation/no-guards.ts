import type { IsolationPolicy } from '@daybook/shared/ports/isolation';

/** The policy where nothing is asked for. */
export const NO_GUARDS: IsolationPolicy = { sandbox: 'off', network: true, hidden: [], limits: {} };

/** Whether an environment may ask for guards: only then its settings need to be read. */
export function isGuarded(env: NodeJS.ProcessEnv): boolean {
  return Object.entries(env).some(([name, value]) => /^DAYBOOK_(?:SANDBOX|KERNEL_)/.test(name) && value !== '');
}
