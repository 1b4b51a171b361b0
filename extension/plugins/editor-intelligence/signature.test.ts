// @vitest-environment jsdom
import { EditorView } from '@codemirror/view';
import type { SignatureReply } from '@daybook/shared/api/editor';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import { afterEach, expect, test, vi } from 'vitest';
import type { CellService } from './cell-service.ts';
import { signatureHelp } from './signature.ts';

afterEach(() => vi.useRealTimers());

const reply = (parameter: number): SignatureReply => ({
  signatures: [
    {
      before: 'add(',
      after: ')',
      text: '',
      parameters: ['first', 'second'].map((label) => ({ label, text: '' })),
    },
  ],
  active: 0,
  parameter,
});

test('K76 what is typed while an answer is under way is asked about again', async () => {
  vi.useFakeTimers();
  const asked: { readonly offset: number; answer(reply: SignatureReply): void }[] = [];
  const cells = {
    cell: () => ({}),
    signature: (_cell: unknown, offset: number) =>
      new Promise<SignatureReply>((answer) => asked.push({ offset, answer })),
  } as unknown as CellService;
  const view = new EditorView({ doc: 'add', extensions: signatureHelp({} as CodeEditor.IModel, cells) });
  Object.defineProperty(view, 'hasFocus', { value: true });
  view.dispatch({ selection: { anchor: 3 } });
  const type = (text: string) => {
    const at = view.state.selection.main.head;
    view.dispatch({ changes: { from: at, insert: text }, selection: { anchor: at + 1 }, userEvent: 'input.type' });
  };
  for (const text of '(1,') type(text);
  await vi.advanceTimersByTimeAsync(100);
  type(' ');
  asked[0]?.answer(reply(1));
  await vi.advanceTimersByTimeAsync(100);
  expect(asked.map(({ offset }) => offset)).toEqual([6, 7]);
  asked[1]?.answer(reply(1));
  await vi.advanceTimersByTimeAsync(0);
  expect(view.dom.querySelector('.db-Signature strong')?.textContent).toBe('second');
  view.destroy();
});
