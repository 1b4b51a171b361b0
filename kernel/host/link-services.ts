import { type GraphState, type PlanReply, PlanRequest } from '@daybook/shared/api/graph';
import { GRAPH } from '@daybook/shared/api/link-names';
import { NOTEBOOK_CELLS, NotebookCellsBody } from '@daybook/shared/api/notebook-cells';
import type { KernelResults } from '@daybook/shared/ports/kernel-front';
import type { Editor } from '../editor/editor.ts';
import { serveEditor } from '../editor/services.ts';
import type { NotebookGraph } from './graph.ts';
import type { Link } from './link.ts';
import type { NotebookCells } from './notebook-cells.ts';
import { serveResults } from './result-services.ts';

export interface LinkParts {
  readonly results: KernelResults;
  readonly cells: NotebookCells;
  readonly graph: NotebookGraph;
  /** Help with the document. */
  readonly editor: Editor;
}

/** All that one kernel serves on its link. Loaded with the first request: the schemas take long to load. */
export function serveAll(link: Link, { results, cells, graph, editor }: LinkParts): void {
  serveResults(link, results);
  serveEditor(link, editor);
  link.serve(NOTEBOOK_CELLS, (body) => ({ body: cells.update(NotebookCellsBody.parse(body)) }));
  link.serve(GRAPH.state, async () => ({ body: (await graph.state()) satisfies GraphState }));
  link.serve(GRAPH.plan, async (body) => {
    const plan = await graph.plan(PlanRequest.parse(body));
    return { body: { plan } satisfies PlanReply };
  });
}
