import { randomUUID } from 'node:crypto';
import type { JupyterMessage, KernelChannel, KernelFront } from '@daybook/shared/ports/kernel-front';

/** A kernel that says what a test tells it to say. */
export class ScriptedKernel {
  readonly id: string;
  readonly requests: JupyterMessage[] = [];
  #listeners = new Set<(message: JupyterMessage) => void>();
  #count = 0;

  constructor(id = randomUUID()) {
    this.id = id;
  }

  /** The part of a front that runs use. */
  get front(): KernelFront {
    return {
      id: this.id,
      status: 'idle',
      send: (message: JupyterMessage) => void this.requests.push(message),
      onMessage: (listener: (message: JupyterMessage) => void) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
    } as unknown as KernelFront;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** Sources it was given, in order. */
  get sources(): unknown[] {
    return this.requests.flatMap(({ header, content }) =>
      header.msg_type === 'execute_request' ? [content.code] : [],
    );
  }

  /** Says something as caused by the newest request, or by another. */
  say(
    type: string,
    content: Record<string, unknown>,
    { channel = 'iopub', to = this.requests.at(-1) }: SayOptions = {},
  ): void {
    const header = {
      msg_id: randomUUID(),
      session: 'kernel',
      username: '',
      date: '',
      msg_type: type,
      version: '5.4',
    };
    const message = { channel, header, parent_header: to?.header ?? {}, metadata: {}, content, buffers: [] };
    for (const listener of [...this.#listeners]) listener(message);
  }

  begin(): void {
    this.#count += 1;
    this.say('status', { execution_state: 'busy' });
    this.say('execute_input', { execution_count: this.#count, code: '' });
  }

  print(text: string, name = 'stdout'): void {
    this.say('stream', { name, text });
  }

  end(content: Record<string, unknown> = { status: 'ok' }): void {
    this.say('execute_reply', { execution_count: this.#count, ...content }, { channel: 'shell' });
    this.say('status', { execution_state: 'idle' });
  }

  fail(ename: string, evalue = 'why'): void {
    this.say('error', { ename, evalue, traceback: [] });
    this.end({ status: 'error', ename, evalue, traceback: [] });
  }

  /** Runs the newest request: begins, prints, ends. */
  run(text = ''): void {
    this.begin();
    if (text !== '') this.print(text);
    this.end();
  }
}

interface SayOptions {
  readonly channel?: KernelChannel;
  readonly to?: JupyterMessage | undefined;
}
