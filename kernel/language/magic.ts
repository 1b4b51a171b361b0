import { BUILT_IN } from '@daybook/cells/kinds';
import type { CompletionItem, CompletionReply } from '@daybook/shared/api/editor';

const KINDS = BUILT_IN.map(({ id }) => id).filter((id) => id !== 'typescript');
/** Options of each kind, with the values that are known. */
const OPTIONS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  sql: { result: [], connection: ['duckdb'] },
};

/** What fits on the magic line. `line` is the line up to the cursor. */
export function completeMagic(line: string): CompletionReply | null {
  if (!line.startsWith('%%')) return null;
  const end = line.length;
  const kind = /^%%([\w-]*)$/.exec(line);
  if (kind !== null)
    return reply(
      2,
      end,
      KINDS.map((label, rank) => ({ label, kind: 'keyword', rank })),
    );
  const options = OPTIONS[/^%%([\w-]+)/.exec(line)?.[1]?.toLowerCase() ?? ''] ?? {};
  const value = /(?:^|\s)([\w-]+)=([^\s"]*)$/.exec(line);
  if (value !== null) {
    const [, option = '', typed = ''] = value;
    const known = Object.hasOwn(options, option) ? (options[option] ?? []) : [];
    return reply(
      end - typed.length,
      end,
      known.map((label, rank) => ({ label, kind: 'connection', rank })),
    );
  }
  const word = /\s([\w-]*)$/.exec(line);
  if (word === null) return null;
  const free = Object.keys(options).filter((option) => !new RegExp(`\\s${option}=`).test(line));
  return reply(
    end - (word[1] ?? '').length,
    end,
    free.map((label, rank) => ({ label, insert: `${label}=`, kind: 'option', rank })),
  );
}

function reply(start: number, end: number, items: readonly CompletionItem[]): CompletionReply {
  return { start, end, items: [...items] };
}
