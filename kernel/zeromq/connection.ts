import { readFile } from 'node:fs/promises';
import { DaybookError } from '@daybook/shared/errors/error';

/** What a Jupyter connection file says. */
export interface Connection {
  readonly key: string;
  /** `shell_port` and so on, as the file has them. */
  readonly ports: Readonly<Record<string, number>>;
  address(channel: 'shell' | 'control' | 'stdin' | 'iopub' | 'hb'): string;
}

/** Reads a connection file. Errors: `bad_connection_file`. */
export async function readConnection(path: string): Promise<Connection> {
  const bad = (reason: string, cause?: unknown) =>
    new DaybookError('bad_connection_file', `The connection file ${path} ${reason}.`, {
      action: 'Start the kernel through Jupyter, which writes this file.',
      cause,
    });
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    throw bad('cannot be read', error);
  }
  const { transport = 'tcp', ip = '127.0.0.1', key = '', signature_scheme: scheme = 'hmac-sha256' } = fields;
  if (scheme !== 'hmac-sha256')
    throw bad(`asks for signatures of the kind ${String(scheme)}; this kernel knows hmac-sha256`);
  return {
    key: String(key),
    ports: Object.fromEntries(
      Object.entries(fields).filter(
        (entry): entry is [string, number] => /_port$/.test(entry[0]) && Number.isInteger(entry[1]),
      ),
    ),
    address(channel) {
      const port = fields[`${channel}_port`];
      if (typeof port !== 'number') throw bad(`has no ${channel}_port`);
      return transport === 'ipc' ? `ipc://${String(ip)}-${port}` : `${String(transport)}://${String(ip)}:${port}`;
    },
  };
}
