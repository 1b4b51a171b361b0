import { DetailsBody, DiagnosticsBody, EDITOR, EditorPlace, RenameBody } from '@daybook/shared/api/editor';
import type { Link } from '../host/link.ts';
import type { Editor } from './editor.ts';

/** Serves an editor on the kernel link. */
export function serveEditor(link: Pick<Link, 'serve'>, editor: Editor): void {
  const serve = <T>(kind: string, schema: { parse(body: unknown): T }, answer: (body: T) => Promise<unknown>) =>
    link.serve(kind, async (body) => ({ body: await answer(schema.parse(body)) }));
  serve(EDITOR.complete, EditorPlace, (place) => editor.complete(place));
  serve(EDITOR.details, DetailsBody, (body) => editor.details(body));
  serve(EDITOR.inspect, EditorPlace, (place) => editor.inspect(place));
  serve(EDITOR.signature, EditorPlace, (place) => editor.signature(place));
  serve(EDITOR.definition, EditorPlace, (place) => editor.definition(place));
  serve(EDITOR.diagnostics, DiagnosticsBody, ({ cellIds }) => editor.diagnostics(cellIds));
  serve(EDITOR.rename, RenameBody, (body) => editor.rename(body));
}
