import { expect, test } from 'vitest';
import { expired, type Kept } from './retention.ts';

const now = new Date('2026-11-25T12:00:00Z');
const ago = (hours: number, kind: Kept['kind'] = 'auto'): Kept => ({
  id: `${kind} ${hours}`,
  kind,
  created: new Date(now.getTime() - hours * 3_600_000),
});
const gone = (versions: readonly Kept[], days = 365) => expired(versions, { days, now }).sort();

test('[V8] all of the last day stay', () => {
  expect(gone(Array.from({ length: 100 }, (_, nth) => ago(nth * 0.2)))).toEqual([]);
});

test('[V8] the last of each hour for a week, the last of each day beyond', () => {
  const hour = [ago(48.1), ago(48.4), ago(48.9), ago(49.2)];
  expect(gone([ago(0), ...hour])).toEqual(['auto 48.4', 'auto 48.9']);
  const day = [ago(10 * 24 + 1), ago(10 * 24 + 2, 'pre-merge'), ago(10 * 24 + 11), ago(11 * 24)];
  expect(gone([ago(0), ...day])).toEqual(['auto 251', 'pre-merge 242']);
});

test('[V8] names keep for ever, the newest too, others up to the limit', () => {
  expect(gone([ago(40 * 24), ago(50 * 24, 'named'), ago(60 * 24), ago(60 * 24 + 1)], 30)).toEqual([
    'auto 1440',
    'auto 1441',
  ]);
  expect(gone([])).toEqual([]);
});

test('[V8] doing it again removes no more', () => {
  const versions = Array.from({ length: 3_000 }, (_, nth) => ago(nth * 0.5));
  const first = new Set(gone(versions, 30));
  const left = versions.filter(({ id }) => !first.has(id));
  expect(gone(left, 30)).toEqual([]);
  expect(left.length).toBeLessThan(48 + 6 * 24 + 24 + 5);
});
