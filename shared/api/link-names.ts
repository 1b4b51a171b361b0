/**
 * Names on the kernel link that a kernel needs from its start. They stand apart from the schemas of
 * `kernel-link.ts` and `graph.ts`, which take longer to load than all the rest of its front.
 */
export const LINK = { request: 'daybook_request', reply: 'daybook_reply', event: 'daybook_event' } as const;

/** What a page asks about the dependency graph, and the event that tells changes. */
export const GRAPH = { state: 'graph.state', plan: 'graph.plan', changed: 'graph.changed' } as const;
