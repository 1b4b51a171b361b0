import { readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';
import type { IsolationPolicy } from '@daybook/shared/ports/isolation';
import { z } from 'zod';
import { jupyterFolders } from './jupyter-folders.ts';
import { installation } from './places.ts';
import { redact } from './redact.ts';
import { SETTINGS, type SettingName } from './schema.ts';

/*
 * The settings, read once: the environment wins over `daybook.config.json`, which wins over the
 * defaults. This is the only module that looks at the environment; everything else is handed
 * `Settings`, and kernels are handed `kernelEnvironment`, which holds none of our secrets.
 */

export interface Settings {
  /** Absolute. */
  readonly home: string;
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly token: string | undefined;
  readonly allowedHosts: readonly string[];
  readonly logLevel: string;
  readonly json: boolean;
  readonly exposeApp: boolean;
  /** Absolute. */
  readonly labextensions: readonly string[];
  /** Absolute. */
  readonly kernels: readonly string[];
  /** Where Jupyter keeps installed kernels (in `kernels`), best first. Absolute. */
  readonly jupyterFolders: readonly string[];
  /** Packages with cell kinds: names, or folders. */
  readonly cellKinds: readonly string[];
  /** Absolute folder that relative settings start from. */
  readonly folder: string;
  /** Undefined for never. */
  readonly kernelIdle: { readonly minutes: number; readonly withPage: boolean } | undefined;
  /** Days that versions without a name are kept. */
  readonly historyDays: number;
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly s3: S3Settings | undefined;
  /** How far kernels are kept apart from the server. */
  readonly isolation: IsolationPolicy;
  /** What kernels may see of the environment. */
  readonly kernelEnvironment: Readonly<Record<string, string>>;
  /** Every setting with its value and source, redacted. */
  readonly report: readonly SettingReport[];
}

interface S3Settings {
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
}

export interface SettingReport {
  readonly name: SettingName;
  /** Redacted; `undefined` when not set. */
  readonly value: string | undefined;
  readonly source: 'environment' | 'daybook.config.json' | 'default' | 'not set';
  readonly purpose: string;
}

export interface SettingsOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths start from and where `daybook.config.json` is looked for. */
  readonly folder?: string;
}

/** What the installation consists of. */
const PROGRAM = ['server', 'kernel', 'extension', 'cells', 'shared', 'node_modules', 'package.json'] as const;

/** Name of the settings file. */
export const CONFIG_FILE = 'daybook.config.json';

/**
 * Reads and checks the settings. Errors: `bad_config_file` (not readable as JSON),
 * `unknown_setting`, `bad_setting` (each naming the setting and where it was set).
 */
export function readSettings({ environment = process.env, folder = process.cwd() }: SettingsOptions = {}): Settings {
  const file = readConfigFile(join(folder, CONFIG_FILE));
  const raw = new Map<SettingName, { value: string; source: SettingReport['source'] }>();
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const own = environment[name];
    const kept = file[name];
    const fallback = SETTINGS[name].fallback;
    if (own !== undefined && own !== '') raw.set(name, { value: own, source: 'environment' });
    else if (kept !== undefined) raw.set(name, { value: kept, source: CONFIG_FILE });
    else if (fallback !== undefined) raw.set(name, { value: fallback, source: 'default' });
  }

  function get<N extends SettingName>(name: N): z.output<(typeof SETTINGS)[N]['schema']> | undefined {
    const found = raw.get(name);
    if (found === undefined) return undefined;
    const parsed = SETTINGS[name].schema.safeParse(found.value);
    if (parsed.success) return parsed.data as z.output<(typeof SETTINGS)[N]['schema']>;
    const shown = redact(found.value, SETTINGS[name].show);
    throw new DaybookError(
      'bad_setting',
      `${name}=${shown} (${found.source}) ${parsed.error.issues[0]?.message ?? 'is not valid'}.`,
      { action: `Correct ${name} or remove it to use the default.` },
    );
  }
  const required = <N extends SettingName>(name: N) => get(name) as z.output<(typeof SETTINGS)[N]['schema']>;
  const absolute = (path: string) => (isAbsolute(path) ? path : resolve(folder, path));

  const home = absolute(required('DAYBOOK_HOME'));

  return {
    home,
    host: required('DAYBOOK_HOST'),
    port: required('DAYBOOK_PORT'),
    token: get('DAYBOOK_TOKEN'),
    allowedHosts: get('DAYBOOK_ALLOWED_HOSTS') ?? [],
    logLevel: required('DAYBOOK_LOG_LEVEL'),
    json: required('DAYBOOK_JSON'),
    exposeApp: required('DAYBOOK_EXPOSE_APP'),
    labextensions: (get('DAYBOOK_LABEXTENSIONS') ?? []).map(absolute),
    kernels: (get('DAYBOOK_KERNELS') ?? []).map(absolute),
    jupyterFolders: jupyterFolders({
      environment,
      jupyterPath: get('JUPYTER_PATH') ?? [],
      jupyterDataDir: get('JUPYTER_DATA_DIR'),
      preferEnvironment: get('JUPYTER_PREFER_ENV_PATH'),
    }).map(absolute),
    cellKinds: get('DAYBOOK_CELL_KINDS') ?? [],
    folder: resolve(folder),
    kernelIdle: idleOf(get('DAYBOOK_KERNEL_IDLE_MINUTES'), required('DAYBOOK_KERNEL_IDLE_WITH_PAGE')),
    historyDays: required('DAYBOOK_HISTORY_DAYS'),
    databaseUrl: get('DATABASE_URL'),
    redisUrl: get('REDIS_URL'),
    s3: s3Of(get('S3_ENDPOINT'), get('S3_BUCKET'), get('S3_ACCESS_KEY'), get('S3_SECRET_KEY'), required('S3_REGION')),
    isolation: {
      sandbox: required('DAYBOOK_SANDBOX'),
      network: required('DAYBOOK_SANDBOX_NETWORK'),
      // Both may hold secrets.
      hidden: [home, join(folder, CONFIG_FILE)],
      // A workspace may hold the program itself, which runs again outside of the sandbox.
      readOnly: PROGRAM.map((name) => join(installation(), name)),
      limits: {
        processes: get('DAYBOOK_KERNEL_PROCESSES'),
        openFiles: get('DAYBOOK_KERNEL_OPEN_FILES'),
        fileMb: get('DAYBOOK_KERNEL_FILE_MB'),
        memoryMb: get('DAYBOOK_KERNEL_MEMORY_MB'),
        cpus: get('DAYBOOK_KERNEL_CPUS'),
      },
    },
    kernelEnvironment: scrub(environment),
    report: (Object.keys(SETTINGS) as SettingName[]).map((name) => {
      const found = raw.get(name);
      return {
        name,
        value: found === undefined ? undefined : redact(found.value, SETTINGS[name].show),
        source: found?.source ?? 'not set',
        purpose: SETTINGS[name].purpose,
      };
    }),
  };
}

function readConfigFile(path: string): Partial<Record<SettingName, string>> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new DaybookError('bad_config_file', `The settings file ${path} cannot be read.`, {
      cause,
      action: 'Make the file readable or remove it.',
    });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new DaybookError('bad_config_file', `The settings file ${path} is not JSON: ${(cause as Error).message}`, {
      cause,
      action: 'Correct the file; it holds one object such as {"DAYBOOK_PORT": 8888}.',
    });
  }
  const shape = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).safeParse(json);
  if (!shape.success) {
    const where = shape.error.issues[0]?.path.join('.') ?? '';
    throw new DaybookError('bad_config_file', `The settings file ${path} holds a value that is no setting: ${where}`, {
      action: 'Give each setting as a text, a number, true or false.',
    });
  }
  for (const name of Object.keys(shape.data)) {
    if (Object.hasOwn(SETTINGS, name)) continue;
    throw new DaybookError('unknown_setting', `The settings file ${path} names “${name}”, which is no setting.`, {
      action: `Remove it. The settings are: ${Object.keys(SETTINGS).join(', ')}.`,
    });
  }
  return Object.fromEntries(Object.entries(shape.data).map(([name, value]) => [name, String(value)]));
}

function idleOf(minutes: number | undefined, withPage: boolean): Settings['kernelIdle'] {
  return minutes === undefined ? undefined : { minutes, withPage };
}

function s3Of(
  endpoint: string | undefined,
  bucket: string | undefined,
  accessKey: string | undefined,
  secretKey: string | undefined,
  region: string,
): S3Settings | undefined {
  if (endpoint === undefined && bucket === undefined && accessKey === undefined && secretKey === undefined)
    return undefined;
  if (endpoint !== undefined && bucket !== undefined && accessKey !== undefined && secretKey !== undefined) {
    return { endpoint, bucket, accessKey, secretKey, region };
  }
  const missing = Object.entries({
    S3_ENDPOINT: endpoint,
    S3_BUCKET: bucket,
    S3_ACCESS_KEY: accessKey,
    S3_SECRET_KEY: secretKey,
  })
    .filter(([, value]) => value === undefined)
    .map(([name]) => name);
  throw new DaybookError('bad_setting', `The S3 service is set up only in part: ${missing.join(', ')} missing.`, {
    action: 'Set all of S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY and S3_SECRET_KEY, or none of them.',
  });
}

/** Names that kernels may see; a list of what is allowed, so that a new secret is never let through. */
const KERNEL_VARIABLES =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|TERM|COLORTERM|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|XDG_(CACHE|CONFIG|DATA)_HOME|PYTHONPATH|VIRTUAL_ENV|CONDA_PREFIX|LD_LIBRARY_PATH)$/;

function scrub(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && KERNEL_VARIABLES.test(name)) kept[name] = value;
  }
  return kept;
}
