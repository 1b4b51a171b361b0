import { DaybookError } from '@daybook/shared/errors/error';
import type { Context } from 'hono';
import type { z } from 'zod';

/** The JSON body as `schema` says; an empty body counts as `{}`. Fails with `bad_request`. */
export async function readJson<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const text = await c.req.text();
  let value: unknown;
  try {
    value = text.trim() === '' ? {} : JSON.parse(text);
  } catch (cause) {
    throw new DaybookError('bad_request', `The body is not JSON: ${(cause as Error).message}.`, {
      cause,
      action: 'Send a JSON object.',
    });
  }
  return schema.parse(value);
}
