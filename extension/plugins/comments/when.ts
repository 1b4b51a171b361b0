const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A moment in as few words as tell it: `now`, `5 min`, `10:42`, `Tue 10:42`, `3 Mar`, `3 Mar 2025`. */
export function whenWords(moment: Date, now: Date, locale?: string): string {
  const age = now.getTime() - moment.getTime();
  if (age < MINUTE) return 'now';
  if (age < 60 * MINUTE) return `${Math.floor(age / MINUTE)} min`;
  const words = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options).format(moment);
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  if (moment.toDateString() === now.toDateString()) return words(time);
  if (age < 6 * DAY) return `${words({ weekday: 'short' })} ${words(time)}`;
  const date = { day: 'numeric', month: 'short' } as const;
  return words(moment.getFullYear() === now.getFullYear() ? date : { ...date, year: 'numeric' });
}

/** The moment in full. */
export function whenInFull(moment: Date, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' }).format(moment);
}
