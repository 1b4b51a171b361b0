import type { JupyterMessage } from '@daybook/shared/ports/kernel-front';

/** What one request may put into a document; pages and files hold all of it. */
const MOST_CHARS = 10 * 1024 * 1024;
const MOST_OUTPUTS = 10_000;
/** Requests whose outputs are counted. */
const MOST_REQUESTS = 100;

interface Count {
  chars: number;
  outputs: number;
}

/** Cuts the outputs of a request that has no end; says once what is left out. */
export class OutputLimit {
  readonly #counts = new Map<string, Count>();

  /** The message as it may be passed on; `undefined` when it is left out. */
  pass(message: JupyterMessage): JupyterMessage | undefined {
    const { msg_type: type } = message.header;
    const count = this.#count(message.parent_header.msg_id ?? '');
    if (type === 'clear_output') Object.assign(count, { chars: 0, outputs: 0 });
    if (type === 'stream') return cutText(message, count);
    if (type !== 'display_data' && type !== 'execute_result') return message;
    count.outputs += 1;
    if (count.outputs <= MOST_OUTPUTS) return message;
    if (count.outputs > MOST_OUTPUTS + 1) return undefined;
    return note(message, `The cell displayed more than ${MOST_OUTPUTS} outputs; the rest is left out.`);
  }

  #count(request: string): Count {
    const known = this.#counts.get(request);
    if (known !== undefined) return known;
    const count = { chars: 0, outputs: 0 };
    this.#counts.set(request, count);
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > MOST_REQUESTS && oldest !== undefined) this.#counts.delete(oldest);
    return count;
  }
}

function cutText(message: JupyterMessage, count: Count): JupyterMessage | undefined {
  const text = String(message.content.text ?? '');
  const room = MOST_CHARS - count.chars;
  count.chars += text.length;
  if (text.length <= room) return message;
  if (room < 0) return undefined;
  // Counted as over from now on, also when it was exactly full.
  count.chars = MOST_CHARS + 1;
  const end = 'The cell printed more than 10 MB; the rest is left out. Write long output to a file.';
  return { ...message, content: { ...message.content, text: `${text.slice(0, room)}\n[${end}]\n` } };
}

function note(message: JupyterMessage, text: string): JupyterMessage {
  const header = { ...message.header, msg_type: 'stream' };
  return { ...message, header, content: { name: 'stderr', text: `[${text}]\n` }, buffers: [] };
}
