import { DaybookError } from '@daybook/shared/errors/error';
import type { Json } from '@daybook/shared/ports/bus';

/** The longest message, in bytes of UTF-8. */
const LONGEST_MESSAGE = 1 << 20;
const LONGEST_TOPIC = 512;

/** The message as text. Errors: `bus_message_invalid` (no JSON value), `bus_message_too_large`. */
export function encodeMessage(topic: string, message: Json): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(message);
  } catch (cause) {
    throw invalid(topic, cause);
  }
  if (text === undefined) throw invalid(topic);
  if (Buffer.byteLength(text) <= LONGEST_MESSAGE) return text;
  throw new DaybookError('bus_message_too_large', `A message on “${topic}” is above 1 MiB.`, {
    status: 413,
    action: 'Store it as a blob and send the key.',
  });
}

export function decodeMessage(text: string): Json {
  return JSON.parse(text) as Json;
}

/** Fails with `bad_bus_topic` unless the topic has 1 to 512 characters. */
export function checkTopic(topic: string): void {
  if (topic.length > 0 && topic.length <= LONGEST_TOPIC) return;
  throw new DaybookError('bad_bus_topic', `A topic of ${topic.length} characters is not valid.`, {
    action: 'Use 1 to 512 characters.',
  });
}

export function closed(): DaybookError {
  return new DaybookError('bus_closed', 'The bus is closed.', {
    status: 503,
    action: 'The server is stopping; try again later.',
  });
}

function invalid(topic: string, cause?: unknown): DaybookError {
  return new DaybookError('bus_message_invalid', `A message on “${topic}” is not a JSON value.`, { cause });
}
