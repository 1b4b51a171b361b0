import { LinkedWindow, RESULT_LINK } from '@daybook/shared/api/result-link';
import { CancelledError, DaybookError } from '@daybook/shared/errors/error';
import { ResultSummary } from '@daybook/shared/results/window';
import type { Kernel } from '@jupyterlab/services';
import type { KernelLink, LinkAnswer } from '../../tokens.ts';
import { arrowBlock, type ResultSource } from '../../widgets/grid/index.ts';

/** How long the address of a file is good, in ms. */
const FILE_MS = 60_000;

export interface LinkSourceOptions {
  readonly link: Pick<KernelLink, 'request'>;
  /** The kernel of the notebook the result is shown in, now. */
  readonly kernel: () => Kernel.IKernelConnection | undefined;
}

/** A source that asks the kernel itself, over the kernel link. */
export function linkSource(id: string, { link, kernel }: LinkSourceOptions): ResultSource {
  const ask = async (kind: string, body: object, signal?: AbortSignal): Promise<LinkAnswer> => {
    const connection = kernel();
    if (connection === undefined) throw gone();
    const answer = await link.request(connection, kind, body).catch((error: unknown) => {
      throw error instanceof DaybookError && ['no_link', 'kernel_gone'].includes(error.code) ? gone(error) : error;
    });
    if (signal?.aborted === true) throw new CancelledError('the request was cancelled');
    return answer;
  };
  return {
    async window({ sort, filter }, offset, limit, signal) {
      const answer = await ask(RESULT_LINK.window, { id, offset, limit, sort, filter }, signal);
      return { rows: arrowBlock(bytesOf(answer)), total: LinkedWindow.parse(answer.body).total };
    },
    async summary(signal) {
      return ResultSummary.parse((await ask(RESULT_LINK.summary, { id }, signal)).body);
    },
    async exportUrl(format) {
      const url = URL.createObjectURL(new Blob([bytesOf(await ask(RESULT_LINK.export, { id, format }))]));
      setTimeout(() => URL.revokeObjectURL(url), FILE_MS);
      return url;
    },
  };
}

function bytesOf({ buffers: [buffer] }: LinkAnswer): ArrayBuffer {
  if (buffer === undefined) throw new DaybookError('bad_answer', 'The kernel’s answer has no rows in it.');
  if (buffer instanceof ArrayBuffer) return buffer;
  // Decoders want a buffer that begins with the stream.
  return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength) as ArrayBuffer;
}

function gone(cause?: unknown): DaybookError {
  return new DaybookError('result_gone', 'This result is no longer held: its kernel was shut down.', {
    status: 410,
    action: 'Run the cell again. The rows saved with the notebook stay visible.',
    cause,
  });
}
