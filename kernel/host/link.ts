import type { LinkReply } from '@daybook/shared/api/kernel-link';
import { DaybookError } from '@daybook/shared/errors/error';
import type { JupyterMessage } from '@daybook/shared/ports/kernel-front';

/** What a service answers. */
export interface LinkAnswer {
  readonly body: unknown;
  readonly buffers?: readonly Uint8Array[];
}

/**
 * A service of the kernel link. It runs in the host, beside the server's own work: what takes more
 * than a few milliseconds belongs into a worker or the executor. Fails with DaybookError; a body it
 * cannot read is a ZodError.
 */
export type LinkService = (body: unknown, message: JupyterMessage) => LinkAnswer | Promise<LinkAnswer>;

/** Answers `daybook_request` messages by the service they name. Never rejects. */
export class Link {
  readonly #services = new Map<string, LinkService>();
  readonly #load: (link: Link) => Promise<void>;
  #loaded: Promise<void> | undefined;

  /** `load` adds services; it is called once, with the first request. */
  constructor(load: (link: Link) => Promise<void> = async () => undefined) {
    this.#load = load;
  }

  /** A kind is served once; serving it again is a bug. */
  serve(kind: string, service: LinkService): void {
    if (this.#services.has(kind)) throw new Error(`two services for ${kind}`);
    this.#services.set(kind, service);
  }

  async answer(message: JupyterMessage): Promise<{ content: LinkReply; buffers: readonly Uint8Array[] }> {
    try {
      this.#loaded ??= this.#load(this);
      await this.#loaded;
      const { LinkRequest } = await import('@daybook/shared/api/kernel-link');
      const { kind, body } = LinkRequest.parse(message.content);
      const service = this.#services.get(kind);
      if (service === undefined) {
        throw new DaybookError('unknown_service', `This kernel does not know “${kind}”.`, {
          action: 'The page and the kernel are of different versions: reload the page or restart the kernel.',
        });
      }
      const answer = await service(body, message);
      return { content: { status: 'ok', body: answer.body }, buffers: answer.buffers ?? [] };
    } catch (error) {
      return { content: failure(error), buffers: [] };
    }
  }
}

function failure(error: unknown): LinkReply {
  if (error instanceof DaybookError) {
    const { code, message, action } = error;
    return { status: 'error', code, evalue: message, ...(action === undefined ? {} : { action }) };
  }
  const evalue = error instanceof Error ? error.message : String(error);
  return { status: 'error', code: error instanceof Error && error.name === 'ZodError' ? 'bad_request' : 'bug', evalue };
}
