import { randomUUID } from 'node:crypto';
import type { JupyterHeader, JupyterMessage, KernelChannel } from '@daybook/shared/ports/kernel-front';
import { PROTOCOL_VERSION } from './language-info.ts';

/** Makes the messages of one kernel: ids and time are the effects, so that tests may fix them. */
export interface MessageMaker {
  make(draft: Draft): JupyterMessage;
}

/** A message before it has a header. */
export interface Draft {
  readonly channel: KernelChannel;
  readonly type: string;
  readonly content: Record<string, unknown>;
  readonly parent: JupyterHeader | undefined;
  readonly metadata?: Record<string, unknown>;
  readonly buffers?: readonly Uint8Array[];
}

export function messageMaker(
  session: string,
  effects: { id: () => string; now: () => Date } = { id: randomUUID, now: () => new Date() },
): MessageMaker {
  /** When the requests under way were begun. */
  const started = new Map<string, string>();
  const timing = ({ type, content, parent }: Draft, date: string): Record<string, unknown> => {
    const id = parent?.msg_id;
    if (id === undefined) return {};
    if (content.execution_state === 'busy') started.set(id, date);
    if (content.execution_state === 'idle') started.delete(id);
    // What other kernels say too: front ends take the time of a cell from it.
    return type === 'execute_reply' ? { started: started.get(id) ?? date, status: content.status } : {};
  };
  return {
    make(draft) {
      const { channel, type, content, parent, buffers = [] } = draft;
      const date = effects.now().toISOString();
      const metadata = { ...timing(draft, date), ...draft.metadata };
      const header = {
        msg_id: effects.id(),
        session,
        username: 'kernel',
        date,
        msg_type: type,
        version: PROTOCOL_VERSION,
      };
      return { channel, header, parent_header: parent ?? {}, metadata, content, buffers };
    },
  };
}

/** Why a client's message cannot be read, or undefined when it can. */
export function malformed(message: JupyterMessage): string | undefined {
  if (typeof message !== 'object' || message === null) return 'not a message';
  const { header, content, channel } = message as Partial<JupyterMessage>;
  if (channel !== 'shell' && channel !== 'control' && channel !== 'stdin') return `no such channel: ${String(channel)}`;
  if (typeof header !== 'object' || header === null) return 'no header';
  if (typeof header.msg_id !== 'string' || header.msg_id === '') return 'no msg_id';
  if (typeof header.msg_type !== 'string') return 'no msg_type';
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return 'content is not an object';
  return undefined;
}
