import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findJsonFault } from './json-position.ts';

fc.configureGlobal({ seed: 20261122 });

describe('the place where text stops being JSON', () => {
  test.each([
    ['', 1, 1],
    ['{"a":1,}', 1, 8],
    ['[1,\n2,\n]', 3, 1],
    ['{\n  "a" 1\n}', 2, 7],
    ['["a\nb"]', 1, 2],
    ['[01]', 1, 3],
    ['{"a": tru}', 1, 7],
    ['[1] 2', 1, 5],
    ['{"a": [1, {"b": }]}', 1, 17],
  ])('%j: line %i, column %i', (text, line, column) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(findJsonFault(text)).toMatchObject({ line, column });
  });

  test('property: finds a fault exactly where JSON.parse does', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', ',', '"', '}', ']', 'x', ' ', '\\', ':'),
        (json, at, put) => {
          const place = at % (json.length + 1);
          const text = json.slice(0, place) + put + json.slice(place + 1);
          let parses = true;
          try {
            JSON.parse(text);
          } catch {
            parses = false;
          }
          expect(findJsonFault(text) === undefined).toBe(parses);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('long texts and many escapes do not overflow', () => {
    expect(findJsonFault(`["${'x'.repeat(20_000_000)}", ]`)).toMatchObject({ line: 1 });
    expect(findJsonFault(`["${'\\n'.repeat(5_000_000)}", ]`)).toMatchObject({ line: 1 });
  });

  test('deep nesting does not overflow', () => {
    expect(findJsonFault('['.repeat(200_000))).toMatchObject({ reason: expect.stringContaining('deep') });
  });
});
