import type { Duplex } from 'node:stream';
import { CancelledError, DaybookError } from '@daybook/shared/errors/error';
import type { KernelResults } from '@daybook/shared/ports/kernel-front';
import type { CancelSignal } from '@daybook/shared/ports/run-context';
import { Catalog, SqlAssist, type SqlAssistRequest, SqlFunction } from '@daybook/shared/results/catalog';
import {
  type ResultExportRequest,
  ResultSummary,
  type ResultWindow,
  type ResultWindowRequest,
} from '@daybook/shared/results/window';
import type { SqlTables } from '@daybook/shared/sql/tables';
import { z } from 'zod';
import { ChannelReply, type ChannelRequest, TablesAnswer, WindowHead } from './channel-messages.ts';
import { encodeFrame, type Frame, FrameReader } from './frames.ts';
import { fromWireError } from './wire-error.ts';

/** The host's end of the data channel. Each request may be cancelled by a signal. */
export interface DataChannel extends KernelResults {
  window(request: ResultWindowRequest, signal?: CancelSignal): Promise<ResultWindow>;
  summary(id: string, signal?: CancelSignal): Promise<ResultSummary>;
  export(request: ResultExportRequest, signal?: CancelSignal): Promise<void>;
  /** What each query reads; undefined for what DuckDB does not read as one. Answered while a cell runs. */
  tables(queries: readonly string[]): Promise<readonly (SqlTables | undefined)[]>;
  catalog(signal?: CancelSignal): Promise<Catalog>;
  functions(): Promise<readonly SqlFunction[]>;
  assist(request: SqlAssistRequest, signal?: CancelSignal): Promise<SqlAssist>;
  /** Ends the stream; what is pending fails with `result_gone`. Idempotent. */
  close(): void;
}

interface Pending {
  resolve(frame: { readonly value: unknown; readonly body: Uint8Array }): void;
  reject(error: Error): void;
}

type Question = ChannelRequest extends infer Each ? (Each extends unknown ? Omit<Each, 'key'> : never) : never;

/**
 * Speaks to the data worker of an executor. The executor runs user code, so everything it says is
 * checked; a message that is not understood ends the channel.
 */
export function openDataChannel(stream: Duplex): DataChannel {
  const pending = new Map<number, Pending>();
  let next = 1;
  let ended: Error | undefined;

  const end = (error: Error): void => {
    ended ??= error;
    for (const { reject } of pending.values()) reject(ended);
    pending.clear();
    stream.destroy();
  };

  const receive = ({ head, body }: Frame): void => {
    const reply = ChannelReply.parse(head);
    const waiting = pending.get(reply.key);
    pending.delete(reply.key);
    if ('error' in reply) waiting?.reject(fromWireError(reply.error));
    else waiting?.resolve({ value: reply.value, body });
  };
  const reader = new FrameReader(receive);

  stream.on('data', (bytes: Uint8Array) => {
    try {
      reader.push(bytes);
    } catch (error) {
      end(channelEnded(error));
    }
  });
  stream.on('error', (error) => end(channelEnded(error)));
  stream.on('close', () => end(channelEnded()));

  async function ask(question: Question, signal?: CancelSignal): Promise<{ value: unknown; body: Uint8Array }> {
    if (ended !== undefined) throw ended;
    if (signal?.aborted === true) throw new CancelledError('The request was cancelled.');
    const key = next++;
    const send = (request: ChannelRequest): void => {
      for (const bytes of encodeFrame(request)) stream.write(bytes);
    };
    const cancel = (): void => {
      if (ended === undefined) send({ op: 'cancel', key });
    };
    try {
      return await new Promise((resolve, reject) => {
        send({ ...question, key } as ChannelRequest);
        pending.set(key, { resolve, reject });
        signal?.addEventListener('abort', cancel, { once: true });
      });
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  return {
    async window(request, signal) {
      const { value, body } = await ask({ op: 'window', request }, signal);
      return { ...checked(WindowHead, value), body };
    },
    async summary(id, signal) {
      return checked(ResultSummary, (await ask({ op: 'summary', id }, signal)).value);
    },
    async export(request, signal) {
      await ask({ op: 'export', ...request }, signal);
    },
    async tables(queries) {
      const { value } = await ask({ op: 'tables', queries: [...queries] });
      return checked(TablesAnswer, value).map((each) => each ?? undefined);
    },
    async catalog(signal) {
      return checked(Catalog, (await ask({ op: 'catalog' }, signal)).value);
    },
    async functions() {
      return checked(z.array(SqlFunction), (await ask({ op: 'functions' })).value);
    },
    async assist(request, signal) {
      return checked(SqlAssist, (await ask({ op: 'assist', request }, signal)).value);
    },
    close: () => end(channelEnded()),
  };
}

function checked<T>(schema: { parse(value: unknown): T }, value: unknown): T {
  try {
    return schema.parse(value);
  } catch (cause) {
    throw new DaybookError('bad_frame', 'The kernel answered with something that is not a result.', {
      status: 502,
      cause,
    });
  }
}

function channelEnded(cause?: unknown): DaybookError {
  return new DaybookError('result_gone', 'The kernel that held this result has ended or was restarted.', {
    status: 410,
    action: 'Run the cell again.',
    cause,
  });
}
