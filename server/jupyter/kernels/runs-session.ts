import type { JupyterMessage } from '@daybook/shared/ports/kernel-front';

/** The session of requests that the server itself makes of kernels, to run cells of documents. */
export const RUNS_SESSION = 'daybook-runs';

const SHOWN_BY_DOCUMENT: ReadonlySet<string> = new Set([
  'stream',
  'display_data',
  'execute_result',
  'error',
  'clear_output',
  'update_display_data',
]);

/** Outputs that the server writes into a document: pages see them there. */
export function isInDocument({ header, parent_header }: JupyterMessage): boolean {
  return parent_header.session === RUNS_SESSION && SHOWN_BY_DOCUMENT.has(header.msg_type);
}
