import type { JupyterHeader, JupyterMessage } from '@daybook/shared/ports/kernel-front';

/** Requests remembered at most; a kernel that never answers must not fill memory. */
const MOST = 10_000;

/** What is told to those who wait for a kernel that will not answer. */
export interface Notice {
  readonly ename: string;
  readonly evalue: string;
}

/** A message before it has a header. */
export interface Draft {
  readonly channel: 'shell' | 'control' | 'iopub';
  readonly type: string;
  readonly content: Record<string, unknown>;
  readonly parent: JupyterHeader | undefined;
}

interface Open {
  readonly message: JupyterMessage;
  replied: boolean;
  /** `waiting` for a program that starts, `sent`, or what `iopub` has said of it. */
  state: 'waiting' | 'sent' | 'busy' | 'done';
}

/**
 * Which requests a kernel has not answered yet, so that each gets its reply and its `idle` when the
 * kernel ends. No I/O: what is to be sent is the answer.
 */
export class OpenRequests {
  readonly #open = new Map<string, Open>();

  /** Whether the program has a cell to run: whatever happens to it now is the cell's doing. */
  get working(): boolean {
    return [...this.#open.values()].some(isUnderWay);
  }

  /** Somebody asks; the program may not hear it yet. */
  asked(message: JupyterMessage): void {
    if (!message.header.msg_type.endsWith('_request')) return;
    this.#open.set(message.header.msg_id, { message, replied: false, state: 'waiting' });
    const [oldest] = this.#open.keys();
    if (this.#open.size > MOST && oldest !== undefined) this.#open.delete(oldest);
  }

  sent({ header }: JupyterMessage): void {
    const open = this.#open.get(header.msg_id);
    if (open?.state === 'waiting') open.state = 'sent';
  }

  heard({ channel, header, parent_header: parent, content }: JupyterMessage): void {
    const open = this.#open.get(parent.msg_id ?? '');
    if (open === undefined) return;
    if (channel === 'shell' || channel === 'control') open.replied = true;
    else if (header.msg_type === 'status') {
      if (content.execution_state === 'busy') open.state = 'busy';
      else if (content.execution_state === 'idle') open.state = 'done';
    }
    if (open.replied && open.state === 'done') this.#open.delete(open.message.header.msg_id);
  }

  /** Ends those that `which` holds for: what is under way with `notice`, cells behind it as not run. */
  fail(notice: Notice, which: (message: JupyterMessage) => boolean = () => true): Draft[] {
    const ended = [...this.#open.values()].filter(({ message }) => which(message));
    for (const { message } of ended) this.#open.delete(message.header.msg_id);
    // A program that dies at once has not said that it is busy: the first cell it was sent is it.
    const active = ended.find(({ state }) => state === 'busy') ?? ended.find(isUnderWay);
    return ended.flatMap((open) => ending(open, { notice, isActive: open === active }));
  }
}

function isUnderWay({ message, replied, state }: Open): boolean {
  return message.header.msg_type === 'execute_request' && !replied && (state === 'sent' || state === 'busy');
}

function ending(
  { message, replied, state }: Open,
  { notice, isActive }: { notice: Notice; isActive: boolean },
): Draft[] {
  const { header, channel } = message;
  const executes = header.msg_type === 'execute_request';
  const aborted = executes && !isActive && state !== 'done';
  const { ename, evalue } = aborted ? { ename: 'NotRun', evalue: `This cell was not run. ${notice.evalue}` } : notice;
  const error = { ename, evalue, traceback: [`\u001b[31m\u001b[1m${ename}\u001b[0m: ${evalue}`] };
  const drafts: Draft[] = [];
  const publish = (type: string, content: Record<string, unknown>) =>
    drafts.push({ channel: 'iopub', type, content, parent: header });
  if (state === 'waiting' || state === 'sent') publish('status', { execution_state: 'busy' });
  if (!replied) {
    if (executes && state !== 'done') publish('error', error);
    drafts.push({
      channel: channel === 'control' ? 'control' : 'shell',
      type: header.msg_type.replace(/_request$/, '_reply'),
      content: { status: aborted ? 'aborted' : 'error', ...error },
      parent: header,
    });
  }
  if (state !== 'done') publish('status', { execution_state: 'idle' });
  return drafts;
}
