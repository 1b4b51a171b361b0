import { z } from 'zod';
import { DaybookError } from './error.ts';

/** RFC 9457 problem document, as every `/api/v1` error answers. `code` is stable. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string().optional(),
  action: z.string().optional(),
  instance: z.string().optional(),
});
export type Problem = z.infer<typeof Problem>;

/**
 * Turns any thrown value into a problem document. Unexpected errors lose their message here:
 * it may hold secrets, and the log has it under the request id given as `instance`.
 */
export function toProblem(error: unknown, instance?: string): Problem {
  const where = instance === undefined ? {} : { instance };
  if (error instanceof DaybookError) {
    return {
      type: `urn:daybook:error:${error.code}`,
      title: error.code.replaceAll('_', ' '),
      status: error.status,
      code: error.code,
      detail: error.message,
      ...(error.action === undefined ? {} : { action: error.action }),
      ...where,
    };
  }
  return {
    type: 'urn:daybook:error:internal',
    title: 'internal error',
    status: 500,
    code: 'internal',
    detail: 'Something went wrong on the server. The server log has the details under this request id.',
    ...where,
  };
}
