import type { CompletionItem, CompletionKind } from '@daybook/shared/api/editor';
import type { Editor, EditorCell } from './editor.ts';

/** Cells that ran and are remembered as what the next one may use. */
const MOST_CELLS = 300;
/** How long types are waited for, in ms: clients of Jupyter's own messages wait a second or two. */
export const STOCK_MS = 1_000;
/** The cell that is being written, beside those that ran. */
const WRITING = 'writing';

/**
 * Completion and inspection for clients that know Jupyter's messages alone. What they may use is
 * what ran, in the order in which it ran. Positions count code points, as the protocol does.
 */
export class StockEditor {
  readonly #editor: Editor;
  #ran: EditorCell[] = [];
  #count = 0;

  constructor(editor: Editor) {
    this.#editor = editor;
  }

  ran(source: string): void {
    this.#count += 1;
    this.#ran = [...this.#ran.slice(1 - MOST_CELLS), { id: `ran ${this.#count}`, source }];
  }

  restarted(): void {
    this.#ran = [];
  }

  /** `reply`, what running code answered, with what types know. A service that still starts adds nothing. */
  async complete(code: string, cursor: number, reply: Record<string, unknown>): Promise<Record<string, unknown>> {
    const offset = this.#write(code, cursor);
    const found = offset === undefined ? null : await this.#editor.complete({ cellId: WRITING, offset });
    if (found === null || offset === undefined) return reply;
    const typed = code.slice(found.start, offset);
    const written = (item: CompletionItem) => item.insert ?? item.label;
    const items = found.items.filter((item) => written(item).startsWith(typed));
    const start = points(code, found.start);
    const matches = items.map(written);
    const more = reply.cursor_start === start && Array.isArray(reply.matches) ? (reply.matches as string[]) : [];
    if (matches.length === 0) return reply;
    const end = points(code, offset);
    const type = (text: string, kind: CompletionKind) => ({ start, end, text, type: kind });
    const live = more.filter((text) => !matches.includes(text));
    const types = [...items.map((item) => type(written(item), item.kind)), ...live.map((text) => type(text, 'value'))];
    return {
      status: 'ok',
      matches: [...matches, ...live],
      cursor_start: start,
      cursor_end: end,
      metadata: { _jupyter_types_experimental: types },
    };
  }

  /** `reply` with the type and the documentation before the value. */
  async inspect(code: string, cursor: number, reply: Record<string, unknown>): Promise<Record<string, unknown>> {
    const offset = this.#write(code, cursor);
    const found = offset === undefined ? null : await this.#editor.inspect({ cellId: WRITING, offset });
    if (found === null) return reply;
    const { code: shown, text, language } = found.description;
    const value = (reply.data as Record<string, string> | undefined)?.['text/plain'];
    const plain = [shown, text, value].filter((part) => part !== undefined && part !== '');
    const markdown = [
      `\`\`\`${language}\n${shown}\n\`\`\``,
      text,
      value === undefined ? '' : `\`\`\`\n${value}\n\`\`\``,
    ];
    const data = {
      'text/plain': plain.join('\n\n'),
      'text/markdown': markdown.filter((part) => part !== '').join('\n\n'),
    };
    return { status: 'ok', found: true, data, metadata: {} };
  }

  /** Offset of the cursor once the editor knows the text; undefined while types would have to be waited for. */
  #write(code: string, cursor: number): number | undefined {
    this.#editor.cells([...this.#ran, { id: WRITING, source: code }]);
    if (/^%%/.test(code) || this.#editor.warm) return [...code].slice(0, cursor).join('').length;
    void this.#editor.prepare();
    return undefined;
  }
}

/** Code points before a UTF-16 offset. */
function points(text: string, offset: number): number {
  return [...text.slice(0, offset)].length;
}
