import { outputPath } from '@daybook/shared/api/outputs';
import { DaybookError } from '@daybook/shared/errors/error';
import { Problem } from '@daybook/shared/errors/problem';
import { readJson } from '@daybook/shared/notebook/json-read';
import type { Ref } from '@daybook/shared/notebook/outputs/ref';
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/** Fetches what markers name. Errors: `output_gone`, the server's others, `server_away`. */
export class OutputBytes {
  readonly #settings: ServerConnection.ISettings;

  constructor(settings: ServerConnection.ISettings) {
    this.#settings = settings;
  }

  /** Where a picture is. */
  url({ sha256 }: Ref, mime: string): string {
    return URLExt.join(this.#settings.baseUrl, outputPath(sha256, mime));
  }

  async blob(ref: Ref): Promise<Blob> {
    return (await this.#fetch(ref)).blob();
  }

  async text(ref: Ref): Promise<string> {
    return (await this.#fetch(ref)).text();
  }

  /** The value as a document would hold it. */
  async value(ref: Ref): Promise<unknown> {
    if (ref.enc === 'base64') return `${await base64(await this.blob(ref))}${ref.end ?? ''}`;
    const text = await this.text(ref);
    if (ref.enc === 'utf8') return text;
    try {
      return JSON.parse(text);
    } catch {
      return readJson(text); // it has numbers that JSON does not know
    }
  }

  async #fetch({ sha256 }: Ref): Promise<Response> {
    let response: Response;
    try {
      const url = URLExt.join(this.#settings.baseUrl, outputPath(sha256));
      response = await ServerConnection.makeRequest(url, { cache: 'default' }, this.#settings);
    } catch (cause) {
      throw new DaybookError('server_away', 'The server did not answer.', { cause, action: 'Try again in a moment.' });
    }
    if (response.ok) return response;
    const problem = Problem.safeParse(await response.json().catch(() => undefined)).data;
    if (problem?.code === 'output_gone') {
      throw new DaybookError('output_gone', 'This output is no longer in the store.', {
        status: 404,
        action: 'Run the cell again to make it anew.',
      });
    }
    throw new DaybookError(problem?.code ?? 'unknown', problem?.detail ?? `The server answered ${response.status}.`, {
      status: response.status,
    });
  }
}

function base64(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
    reader.onerror = () => reject(reader.error ?? new Error('the bytes could not be read'));
    reader.readAsDataURL(blob);
  });
}
