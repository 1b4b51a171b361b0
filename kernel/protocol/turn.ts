import type { JupyterHeader, JupyterMessage } from '@daybook/shared/ports/kernel-front';
import type { FrontAction, FrontState } from './front-state.ts';
import type { ControlRequest, ExecutorRequest } from './wire.ts';

/** One step of the machine: the state on its way and the actions so far, in order. */
export class Turn {
  state: FrontState;
  readonly actions: FrontAction[] = [];

  constructor(state: FrontState) {
    this.state = state;
  }

  set(change: Partial<FrontState>): void {
    this.state = { ...this.state, ...change };
  }

  /** To every client, as caused by `parent`. */
  publish(type: string, content: Record<string, unknown>, options: PublishOptions = {}): void {
    const { parent, buffers = [], metadata = {} } = options;
    this.actions.push({ type: 'emit', draft: { channel: 'iopub', type, content, parent, buffers, metadata } });
  }

  status(status: string, parent: JupyterHeader | undefined): void {
    this.publish('status', { execution_state: status }, { parent });
  }

  /** Answers `message` on the channel it came on; one that asks nothing gets no answer. */
  reply(message: JupyterMessage, content: Record<string, unknown>): void {
    if (!message.header.msg_type.endsWith('_request')) return;
    const type = message.header.msg_type.replace(/_request$/, '_reply');
    this.actions.push({ type: 'emit', draft: { channel: message.channel, type, content, parent: message.header } });
  }

  ask(parent: JupyterHeader, content: Record<string, unknown>): void {
    this.actions.push({ type: 'emit', draft: { channel: 'stdin', type: 'input_request', content, parent } });
  }

  request(request: ExecutorRequest, buffers: readonly Uint8Array[] = []): void {
    this.actions.push({ type: 'request', request, buffers });
  }

  control(request: ControlRequest): void {
    this.actions.push({ type: 'control', request });
  }

  log(level: 'info' | 'warn' | 'error', text: string): void {
    this.actions.push({ type: 'log', level, text });
  }
}

export interface PublishOptions {
  readonly parent?: JupyterHeader | undefined;
  readonly buffers?: readonly Uint8Array[];
  readonly metadata?: Record<string, unknown>;
}
