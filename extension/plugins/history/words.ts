import type { TextDiff, Version } from '@daybook/shared/api/versions';
import type { DiffSummary } from '@daybook/shared/notebook/diff/summary';

/** `Today`, `Yesterday`, `Monday 23 November`, with the year when it is another one. */
export function dayOf(then: Date, now: Date): string {
  const days = Math.round((midnight(now) - midnight(then)) / 86_400_000);
  if (days <= 0) return 'Today';
  if (days === 1) return 'Yesterday';
  const year = then.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const);
  const day = then.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', ...year });
  return `${then.toLocaleDateString('en-GB', { weekday: 'long' })} ${day}`;
}

/** `14:03`. */
export function timeOf(then: Date): string {
  return then.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}

/** What a version is called: its name, or why it was kept. */
export function titleOf({ kind, label }: Pick<Version, 'kind' | 'label'>): string {
  if (label !== undefined) return label;
  if (kind === 'pre-restore') return 'Before restoring';
  if (kind === 'pre-merge') return 'Before a change from outside';
  return 'Automatic';
}

/** `First look, today at 14:03`. */
export function fullName(version: Version, now: Date): string {
  const then = new Date(version.created);
  const day = dayOf(then, now);
  return `${titleOf(version)}, ${day === 'Today' || day === 'Yesterday' ? day.toLowerCase() : day} at ${timeOf(then)}`;
}

/** `2 cells changed, 1 added`; `the same cells` when no cell differs. */
export function summaryWords({ added, removed, changed, moved, outputs }: DiffSummary): string {
  const parts = [
    [changed, 'changed'],
    [added, 'added'],
    [removed, 'removed'],
    [moved, 'moved'],
    [outputs, 'with other outputs'],
  ] as const;
  const said = parts.filter(([count]) => count > 0);
  if (said.length === 0) return 'the same cells';
  return said
    .map(([count, what], nth) =>
      nth === 0 ? `${count} ${count === 1 ? 'cell' : 'cells'} ${what}` : `${count} ${what}`,
    )
    .join(', ');
}

/** `3 lines added, 1 removed`. */
export function linesWords(lines: TextDiff['lines']): string {
  const count = (wanted: string) =>
    lines.reduce((sum, { kind, lines: its }) => (kind === wanted ? sum + its.length : sum), 0);
  const [added, removed] = [count('added'), count('removed')];
  const noun = (number: number) => `${number} ${number === 1 ? 'line' : 'lines'}`;
  if (added === 0) return removed === 0 ? 'the same lines' : `${noun(removed)} removed`;
  return `${noun(added)} added${removed === 0 ? '' : `, ${removed} removed`}`;
}

/** What restoring a text will do, of what lies between then and now. */
export function restoreLinesWords({ lines }: TextDiff): string {
  const now = lines.every(({ kind }) => kind === 'same');
  return now ? 'It says the same as now.' : `The file will say what it said then. Since then: ${linesWords(lines)}.`;
}

/** Whether a document is a notebook, by its name. */
export function isNotebook(path: string): boolean {
  return path.endsWith('.ipynb');
}

/** What restoring will do, of what changed since. */
export function restoreWords({ added, removed, changed, moved, outputs }: DiffSummary): string {
  const cells = (count: number) => `${count} ${count === 1 ? 'cell' : 'cells'}`;
  const said = [
    ...(changed + outputs > 0 ? [`${cells(changed + outputs)} will be changed back`] : []),
    ...(removed > 0 ? [`${cells(removed)} will come back`] : []),
    ...(added > 0 ? [`${cells(added)} that came later will go`] : []),
    ...(moved > 0 ? [`${cells(moved)} will move back`] : []),
  ];
  if (said.length === 0) return 'Its cells are the same as now.';
  const last = said.length > 1 ? ` and ${said.at(-1)}` : '';
  const text = said.length > 1 ? said.slice(0, -1).join(', ') + last : (said[0] ?? '');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function midnight(date: Date): number {
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
}
