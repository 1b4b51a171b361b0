import { z } from 'zod';

/*
 * The kernel link: what a page asks the host of a Daybook kernel beyond Jupyter's own messages
 * (completion that knows the document, the dependency graph, windows of results). It travels as
 * messages of our own types: a request on `control`, so that it is answered while a cell runs, by
 * one reply and without `busy` and `idle`; an event on `iopub`. Stock servers pass both on. `link-names.ts` has the names of its messages.
 */

/** Content of a request. `kind` names the service; what `body` holds is the service's own contract. */
export const LinkRequest = z.object({ kind: z.string().min(1), body: z.unknown() });
export type LinkRequest = z.infer<typeof LinkRequest>;

/** Content of a reply. An error keeps the code, so that a page can tell what it is. */
export const LinkReply = z.discriminatedUnion('status', [
  z.object({ status: z.literal('ok'), body: z.unknown() }),
  z.object({
    status: z.literal('error'),
    code: z.string(),
    evalue: z.string(),
    action: z.string().optional(),
  }),
]);
export type LinkReply = z.infer<typeof LinkReply>;

/** Content of an event. */
export const LinkEvent = z.object({ kind: z.string(), body: z.unknown() });
export type LinkEvent = z.infer<typeof LinkEvent>;
