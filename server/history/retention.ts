import type { VersionKind } from './versions.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export interface Kept {
  readonly id: string;
  readonly kind: VersionKind;
  readonly created: Date;
}

/**
 * The versions that may go: named ones never do, nor the newest. Of the others all of the last day
 * stay, the last of each hour for a week, the last of each day (UTC) up to `days` days.
 */
export function expired(versions: readonly Kept[], { days, now }: { days: number; now: Date }): string[] {
  const newestFirst = [...versions].sort((a, b) => b.created.getTime() - a.created.getTime());
  const taken = new Set<string>();
  const gone: string[] = [];
  for (const [nth, { id, kind, created }] of newestFirst.entries()) {
    const age = now.getTime() - created.getTime();
    if (nth === 0 || kind === 'named' || age < DAY) continue;
    const hourly = age < 7 * DAY;
    const slot = `${hourly} ${Math.floor(created.getTime() / (hourly ? HOUR : DAY))}`;
    if (age > days * DAY || taken.has(slot)) gone.push(id);
    else taken.add(slot);
  }
  return gone;
}
