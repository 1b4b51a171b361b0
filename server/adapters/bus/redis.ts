import { DaybookError } from '@daybook/shared/errors/error';
import type { Bus } from '@daybook/shared/ports/bus';
import { Redis } from 'ioredis';
import type { Log } from '../log.ts';
import { within } from '../within.ts';
import { makeListeners } from './listeners.ts';
import { checkTopic, closed, encodeMessage } from './message.ts';

/** Milliseconds. */
const CONNECT_TIMEOUT = 3_000;
const ANSWER_TIMEOUT = 3_000;
/** Topics of other programs on the same Redis stay apart. */
const PREFIX = 'daybook:';

/**
 * The bus over Redis publish/subscribe: one connection to send, one to listen. Both come back by
 * themselves, and subscriptions with them; what is published meanwhile is lost to this server, as
 * the port allows. Errors: `bad_redis_url`, `bus_unreachable`.
 */
export async function openRedis(url: string, log: Log): Promise<Bus> {
  const place = placeOf(url);
  const sender = connection(url, place, log);
  const receiver = connection(url, place, log);
  const listeners = makeListeners(log);
  let isClosed = false;
  const ensureOpen = () => {
    if (isClosed) throw closed();
  };
  receiver.on('message', (channel: string, text: string) => listeners.deliver(channel.slice(PREFIX.length), text));

  const ask = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await within(ANSWER_TIMEOUT, answer, 'no answer');
    } catch (cause) {
      throw isClosed ? closed() : unreachable(place, cause);
    }
  };
  const check = async () => {
    ensureOpen();
    await ask(Promise.all([sender.ping(), receiver.ping()]));
  };
  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    listeners.clear();
    sender.disconnect();
    receiver.disconnect();
  };

  try {
    await check();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async publish(topic, message) {
      ensureOpen();
      checkTopic(topic);
      const text = encodeMessage(topic, message);
      await ask(sender.publish(PREFIX + topic, text));
    },
    async subscribe(topic, listener) {
      ensureOpen();
      checkTopic(topic);
      const dispose = listeners.add(topic, listener, () => {
        // Unanswered only when the connection is lost, and with it the subscription.
        receiver
          .unsubscribe(PREFIX + topic)
          .catch((error: unknown) => log.warn({ error, topic }, 'could not unsubscribe'));
      });
      try {
        await ask(receiver.subscribe(PREFIX + topic));
      } catch (error) {
        dispose();
        throw error;
      }
      return dispose;
    },
    check,
    close,
  };
}

function connection(url: string, place: string, log: Log): Redis {
  const redis = new Redis(url, {
    connectTimeout: CONNECT_TIMEOUT,
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 1_000),
    // A command waits for two attempts to reconnect, then fails rather than pile up.
    maxRetriesPerRequest: 2,
    // Sent and unanswered: sending it again could deliver it twice.
    autoResendUnfulfilledCommands: false,
    autoResubscribe: true,
  });
  let isDown = false;
  redis.on('error', (error: Error) => {
    // Once per outage, not at every attempt.
    if (!isDown) log.warn({ error: error.message, place }, 'the connection to Redis failed; trying again');
    isDown = true;
  });
  redis.on('ready', () => {
    if (isDown) log.info({ place }, 'the connection to Redis is back');
    isDown = false;
  });
  return redis;
}

/** `host:port` of the URL, without user and password. */
function placeOf(url: string): string {
  let parsed: URL | undefined;
  try {
    parsed = new URL(url);
  } catch {
    // Judged below with the other kinds of wrong URL.
    parsed = undefined;
  }
  if (parsed !== undefined && /^rediss?:$/.test(parsed.protocol) && parsed.hostname !== '') return parsed.host;
  throw new DaybookError('bad_redis_url', 'REDIS_URL is not a Redis URL.', {
    status: 500,
    action: 'Write it as redis://user:password@host:6379 (rediss:// for TLS), special characters percent-encoded.',
  });
}

function unreachable(place: string, cause: unknown): DaybookError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DaybookError('bus_unreachable', `The Redis at ${place} cannot be used: ${reason}.`, {
    cause,
    status: 503,
    action: 'Start Redis, or correct REDIS_URL, or unset it when a single server runs.',
  });
}
