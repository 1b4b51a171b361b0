import type { Duplex } from 'node:stream';
import { ChannelRequest } from './channel-messages.ts';
import type { Engine } from './engine.ts';
import { encodeFrame, FrameReader } from './frames.ts';
import { toWireError } from './wire-error.ts';

/**
 * Answers the host's requests for results on the data channel, several at a time. A broken frame
 * or request ends the channel: after it, nothing on the stream can be trusted.
 */
export function serveResults(stream: Duplex, engine: Engine): void {
  const running = new Map<number, AbortController>();
  const stop = (): void => {
    for (const controller of running.values()) controller.abort();
  };
  const reader = new FrameReader(({ head }) => {
    const request = ChannelRequest.parse(head);
    if (request.op === 'cancel') running.get(request.key)?.abort();
    else void answer(request);
  }, 0);

  async function answer(request: Exclude<ChannelRequest, { op: 'cancel' }>): Promise<void> {
    const controller = new AbortController();
    running.set(request.key, controller);
    const frame = await perform(engine, request, controller.signal)
      .then(({ value, body }) => encodeFrame({ key: request.key, value }, body))
      .catch((error: unknown) => encodeFrame({ key: request.key, error: toWireError(error) }));
    running.delete(request.key);
    if (!stream.writable) return;
    for (const bytes of frame) stream.write(bytes);
  }

  stream.on('data', (bytes: Uint8Array) => {
    try {
      reader.push(bytes);
    } catch (error) {
      stream.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  });
  // A host that went away needs no answer; the kernel ends with it or serves the next one.
  stream.on('error', stop);
  stream.on('close', stop);
}

async function perform(
  engine: Engine,
  request: Exclude<ChannelRequest, { op: 'cancel' }>,
  signal: AbortSignal,
): Promise<{ readonly value: unknown; readonly body?: Uint8Array }> {
  switch (request.op) {
    case 'window': {
      const { body, ...head } = await engine.window(request.request, signal);
      return { value: head, body };
    }
    case 'summary':
      return { value: await engine.summary(request.id, signal) };
    case 'tables':
      return { value: await engine.tables(request.queries) };
    case 'catalog':
      return { value: await engine.catalog(signal) };
    case 'functions':
      return { value: await engine.functions() };
    case 'assist':
      return { value: await engine.assist(request.request, signal) };
    case 'export':
      await engine.export(request, signal);
      return { value: null };
  }
}
