import { expect, test } from 'vitest';
import { missingKernel } from './missing-kernel.ts';

test('F11: a kernel that is not installed is named as people know it', () => {
  const installed = { daybook: {}, python3: {} };
  expect(missingKernel({ name: 'python3' }, installed)).toBeUndefined();
  expect(missingKernel(undefined, installed)).toBeUndefined();
  expect(missingKernel({ name: 'ir', display_name: 'R 4.3' }, installed)).toContain('“R 4.3”, which is not installed');
  expect(missingKernel({ name: 'ir' }, installed)).toContain('“ir”');
});
