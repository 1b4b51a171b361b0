import pino, { type Logger } from 'pino';

/**
 * The server's log: one JSON object per line on standard error, so that standard output holds only
 * what a person or script waits for. Headers and fields that carry secrets are cut out.
 */
export function createLog(level: string): Logger {
  return pino(
    {
      level,
      base: { pid: process.pid },
      redact: {
        paths: [
          'token',
          '*.token',
          'authorization',
          '*.authorization',
          'cookie',
          '*.cookie',
          'headers.authorization',
          'headers.cookie',
        ],
        censor: '••••••',
      },
      serializers: { err: pino.stdSerializers.errWithCause },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

/** A URL without the tokens in its query. */
export function withoutTokens(url: string): string {
  return url.replaceAll(/([?&](?:token|password|sessionId)=)[^&#]*/gi, '$1••••••');
}
