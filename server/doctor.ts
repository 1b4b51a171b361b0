import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { GuardReport } from '@daybook/shared/ports/isolation';
import type { KernelFrontModule } from '@daybook/shared/ports/kernel-front';
import { complain } from './complain.ts';
import { installation } from './config/places.ts';
import { readSettings, type SettingReport, type Settings } from './config/settings.ts';
import { findSpecs } from './jupyter/kernels/specs.ts';
import { createLog } from './telemetry/log.ts';

/*
 * `daybook doctor`: every setting with its value and where it comes from, for each embedded default
 * how to move to the real service, and for each guard around kernels whether it holds on this
 * machine, found by letting a program under it try.
 */

interface Part {
  readonly name: string;
  /** Settings that name the real service. */
  readonly settings: readonly string[];
  readonly embedded: string;
  readonly move: string;
}

const PARTS: readonly Part[] = [
  {
    name: 'Database',
    settings: ['DATABASE_URL'],
    embedded: 'a PostgreSQL of its own in the home',
    move: 'set DATABASE_URL=postgres://user:password@host/database (PostgreSQL 15 or newer); tables are made at the next start; the history of documents is kept there from then on, and begins with their files',
  },
  {
    name: 'Blobs',
    settings: ['S3_ENDPOINT'],
    embedded: 'files in the home',
    move: 'set S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY and S3_SECRET_KEY, and copy the folder “blobs” of the home into the bucket',
  },
  {
    name: 'Messages between servers',
    settings: ['REDIS_URL'],
    embedded: 'inside the one process',
    move: 'set REDIS_URL=redis://host:6379; needed only for more than one server',
  },
];

/** Writes the report to `write` and answers the exit code. */
export async function doctor(write: (text: string) => void = (text) => process.stdout.write(text)): Promise<number> {
  try {
    const settings = readSettings();
    write(report(settings.report));
    write(`\nGuards around kernels\n${guardLines(await guards(settings)).join('\n')}\n`);
    return 0;
  } catch (error) {
    complain(error);
    return 1;
  }
}

/** The report as text, aligned in columns. */
function report(settings: readonly SettingReport[]): string {
  const wide = Math.max(...settings.map(({ name }) => name.length));
  const lines = settings.map(({ name, value, source, purpose }) => {
    const shown = value === undefined ? '–' : value;
    return `  ${name.padEnd(wide)}  ${shown}  (${source}; ${purpose})`;
  });
  const isSet = (name: string) => settings.some((setting) => setting.name === name && setting.source !== 'not set');
  const parts = PARTS.map(({ name, settings: names, embedded, move }) =>
    names.some(isSet)
      ? `  ${name}: the service named by ${names.join(', ')}.`
      : `  ${name}: embedded, ${embedded}.\n    To move: ${move}.`,
  );
  return `Settings\n${lines.join('\n')}\n\nServices\n${parts.join('\n')}\n`;
}

/** Undefined when there is no built kernel to ask. */
async function guards({ isolation, kernels }: Settings): Promise<readonly GuardReport[] | undefined> {
  const folders = [join(installation(), 'kernel/dist/kernelspec'), ...kernels];
  const specs = await findSpecs({ trusted: folders, installed: [], log: createLog('silent') })();
  const front = specs.get('daybook')?.front;
  if (front === undefined) return undefined;
  const module = (await import(pathToFileURL(front).href)) as KernelFrontModule;
  return module.inspectGuards?.(isolation);
}

function guardLines(found: readonly GuardReport[] | undefined): string[] {
  if (found === undefined) return ['  Not known: the kernel is not built. Run “npm start” once.'];
  const wide = Math.max(...found.map(({ name }) => name.length));
  return found.flatMap(({ name, enforced, how, action }) => [
    `  ${enforced ? '✓' : '–'} ${name.padEnd(wide)}  ${enforced ? '' : 'not enforced: '}${how}.`,
    ...(action === undefined ? [] : [`    ${' '.repeat(wide)}  ${action}`]),
  ]);
}
