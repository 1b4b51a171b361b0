import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CAP, reveal, scrollMap } from './scroll.ts';

const ROW = 32;
const sizes = fc.record({
  rows: fc.integer({ min: 1, max: 2_000_000_000 }),
  viewport: fc.integer({ min: ROW, max: 2_000 }),
});

describe('scroll map', () => {
  test('content never exceeds what a browser can scroll', () => {
    fc.assert(fc.property(sizes, ({ rows, viewport }) => scrollMap(rows, ROW, viewport).content <= CAP));
  });
  test('both ends meet: top is row 0, bottom shows the last row', () => {
    fc.assert(
      fc.property(sizes, ({ rows, viewport }) => {
        const map = scrollMap(rows, ROW, viewport);
        expect(map.toVirtual(0)).toBe(0);
        const bottom = map.toVirtual(Math.max(0, map.content - viewport));
        expect(bottom).toBeCloseTo(Math.max(0, rows * ROW - viewport), 3);
      }),
    );
  });
  test('every position has a scroll position that leads back to it', () => {
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 1, noNaN: true }), ({ rows, viewport }, part) => {
        const map = scrollMap(rows, ROW, viewport);
        const position = part * map.end;
        expect(map.toVirtual(map.toScroll(position))).toBeCloseTo(position, 3);
      }),
    );
  });
  test('it never runs backwards', () => {
    fc.assert(
      fc.property(sizes, fc.nat(CAP), fc.nat(CAP), ({ rows, viewport }, a, b) => {
        const map = scrollMap(rows, ROW, viewport);
        expect(map.toVirtual(Math.min(a, b))).toBeLessThanOrEqual(map.toVirtual(Math.max(a, b)));
      }),
    );
  });
  test('small tables scroll one to one', () => {
    const map = scrollMap(1000, ROW, 320);
    expect(map.ratio).toBe(1);
    expect(map.content).toBe(32_000);
  });
});

test('reveal moves the least', () => {
  expect(reveal(5, 0, ROW, 320)).toBe(0);
  expect(reveal(10, 0, ROW, 320)).toBe(ROW);
  expect(reveal(2, 100, ROW, 320)).toBe(64);
});
