import { describe, expect, test } from 'vitest';
import * as own from './error.ts';

// A second copy of the module, as another bundle has.
const copy = './error.ts?copy';
const other = (await import(/* @vite-ignore */ copy)) as typeof own;

describe('errors are recognised across bundles', () => {
  test('the copies are two', () => expect(other.DaybookError).not.toBe(own.DaybookError));

  test('DaybookError', () => {
    expect(new other.DaybookError('port_taken', 'Port 1 is taken.')).toBeInstanceOf(own.DaybookError);
    expect(new Error('port_taken')).not.toBeInstanceOf(own.DaybookError);
  });

  test('CancelledError', () => {
    expect(new other.CancelledError('interrupted')).toBeInstanceOf(own.CancelledError);
    expect(new other.CancelledError('interrupted')).not.toBeInstanceOf(own.DaybookError);
    expect(new Error('interrupted')).not.toBeInstanceOf(own.CancelledError);
  });
});
