import { parentPort, workerData } from 'node:worker_threads';
import { DaybookError } from '@daybook/shared/errors/error';
import { toWireError, type WireError } from '../data/wire-error.ts';
import { LanguageService } from './service.ts';
import type { FromWorker, LanguageWorkerData, ToWorker } from './thread.ts';

// The language worker: a thread of the host that holds TypeScript, so that the server goes on
// while types are worked out. It trusts its client and answers in the order it is asked.

const port = parentPort;
if (port === null) throw new Error('the language worker was not started as a thread');
const service = new LanguageService((workerData as LanguageWorkerData).globals);
const send = (message: FromWorker): void => port.postMessage(message);

port.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'notebook':
      service.change(message.change);
      return;
    case 'close':
      service.close(message.key);
      return;
    case 'ask':
      try {
        send({ type: 'answer', id: message.id, value: service.ask(message.key, message.kind, message.body) });
      } catch (error) {
        send({ type: 'failed', id: message.id, error: failure(error) });
      }
  }
});
send({ type: 'ready' });

function failure(error: unknown): WireError {
  if (error instanceof DaybookError) return toWireError(error);
  const detail = error instanceof Error ? error.message : String(error);
  return { code: 'language_bug', message: `The language service failed. ${detail}`, status: 500 };
}
