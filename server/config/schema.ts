import { splitNames } from '@daybook/cells/installed';
import { z } from 'zod';
import { splitFolders } from './jupyter-folders.ts';

/** One setting: how it is parsed, what it is when nobody set it, and whether it may be shown. */
export interface SettingDefinition<T> {
  readonly schema: z.ZodType<T, string>;
  /** As it would be written in the environment; `undefined` for "not set". */
  readonly fallback: string | undefined;
  /** `secret`: never shown. `url`: shown without its password. */
  readonly show: 'plain' | 'secret' | 'url';
  readonly purpose: string;
}

const text = z.string().min(1);
const flag = z
  .enum(['0', '1', 'true', 'false'], { error: 'must be 1, 0, true or false' })
  .transform((value) => value === '1' || value === 'true');
const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port number from 0 to 65535')
  .transform(Number)
  .refine((value) => value <= 65535, 'must be a port number from 0 to 65535');

const count = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'must be a whole number above 0')
  .transform(Number);
const share = z
  .string()
  .regex(/^\d{1,4}(\.\d{1,3})?$/, 'must be a number above 0, such as 1.5')
  .transform(Number)
  .refine((value) => value > 0, 'must be a number above 0, such as 1.5');

/** A URL of one of the given protocols. */
function urlOf(...protocols: readonly string[]) {
  return text.refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    error: `must be a URL starting with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  });
}

function define<T>(
  purpose: string,
  schema: z.ZodType<T, string>,
  options: { fallback?: string; show?: SettingDefinition<T>['show'] } = {},
): SettingDefinition<T> {
  return { schema, fallback: options.fallback, show: options.show ?? 'plain', purpose };
}

/** Every setting there is, by the name it has in the environment and in `daybook.config.json`. */
export const SETTINGS = {
  DAYBOOK_HOME: define('folder of all data', text, { fallback: '.daybook' }),
  DAYBOOK_HOST: define('address the server listens on', text, { fallback: '127.0.0.1' }),
  DAYBOOK_PORT: define('port the server listens on; 0 for any free one', port, { fallback: '8888' }),
  DAYBOOK_TOKEN: define(
    'fixed token for scripts; made and kept in the home when not set',
    z
      .string()
      .min(16, 'must have at least 16 characters')
      .max(512, 'must have at most 512 characters')
      .regex(/^[\w.~+/=-]+$/, 'may hold only letters, digits and . _ ~ + / = -'),
    { show: 'secret' },
  ),
  DAYBOOK_ALLOWED_HOSTS: define(
    'further host names browsers may use to reach the server, comma-separated',
    text.transform((value) =>
      value
        .split(',')
        .map((host) => host.trim().toLowerCase())
        .filter((host) => host !== ''),
    ),
  ),
  DAYBOOK_LOG_LEVEL: define(
    'least severe log line written',
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
      error: 'must be trace, debug, info, warn, error or silent',
    }),
    { fallback: 'info' },
  ),
  DAYBOOK_JSON: define('print one machine-readable line when ready', flag, { fallback: '0' }),
  DAYBOOK_EXPOSE_APP: define('let UI test tools reach the front end’s application object', flag, { fallback: '0' }),
  DAYBOOK_LABEXTENSIONS: define(
    'folders of further prebuilt labextensions, separated by :',
    text.transform((value) => value.split(':').filter((folder) => folder !== '')),
  ),
  DAYBOOK_KERNELS: define(
    'folders of further kernelspecs, separated by :',
    text.transform((value) => value.split(':').filter((folder) => folder !== '')),
  ),
  JUPYTER_PATH: define('folders of Jupyter data whose kernels come first', text.transform(splitFolders)),
  JUPYTER_DATA_DIR: define('the user’s folder of Jupyter data, with installed kernels', text),
  JUPYTER_PREFER_ENV_PATH: define(
    'let kernels of the Python environment win over the user’s',
    // Jupyter's variable, so its words: everything else means yes.
    text.transform((value) => !/^(no?|false|off|0|0\.0)$/i.test(value)),
  ),
  DAYBOOK_SANDBOX: define(
    'off: cells can do what the server’s user can; auto: a sandbox where the machine can make one; required: no kernel without',
    z.enum(['off', 'auto', 'required'], { error: 'must be off, auto or required' }),
    { fallback: 'off' },
  ),
  DAYBOOK_SANDBOX_NETWORK: define('let cells in the sandbox reach the network', flag, { fallback: '0' }),
  DAYBOOK_KERNEL_PROCESSES: define('processes and threads one kernel may have; 4096 when not set', count),
  DAYBOOK_KERNEL_OPEN_FILES: define('files one process of a kernel may hold open; 65536 when not set', count),
  DAYBOOK_KERNEL_FILE_MB: define('size in MB of any file a kernel may write', count),
  DAYBOOK_KERNEL_MEMORY_MB: define(
    'memory in MB at which a kernel is ended; 90 % of the machine’s when not set',
    count,
  ),
  DAYBOOK_KERNEL_CPUS: define('processors one kernel may use, where there are control groups', share),
  DAYBOOK_CELL_KINDS: define(
    'npm packages or folders that bring further cell kinds, separated by commas',
    text.transform(splitNames),
  ),
  DAYBOOK_KERNEL_IDLE_MINUTES: define(
    'minutes after which a kernel that nobody uses is ended, its variables lost; never when not set',
    z
      .string()
      .regex(/^[1-9]\d{0,5}$/, 'must be a whole number of minutes, at least 1')
      .transform(Number),
  ),
  DAYBOOK_KERNEL_IDLE_WITH_PAGE: define('end such a kernel even while a page is open', flag, { fallback: '0' }),
  DAYBOOK_HISTORY_DAYS: define('days that versions without a name, and deleted cells, are kept', count, {
    fallback: '365',
  }),
  DATABASE_URL: define('PostgreSQL to use instead of the embedded one', urlOf('postgres:', 'postgresql:'), {
    show: 'url',
  }),
  REDIS_URL: define('Redis that carries messages between servers', urlOf('redis:', 'rediss:'), { show: 'url' }),
  S3_ENDPOINT: define('S3 service that keeps blobs instead of files', urlOf('http:', 'https:'), { show: 'url' }),
  S3_BUCKET: define('bucket in the S3 service', text),
  S3_ACCESS_KEY: define('access key of the S3 service', text),
  S3_SECRET_KEY: define('secret key of the S3 service', text, { show: 'secret' }),
  S3_REGION: define('region of the S3 service', text, { fallback: 'us-east-1' }),
} as const;

export type SettingName = keyof typeof SETTINGS;
