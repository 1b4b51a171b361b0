import { expect, test } from 'vitest';
import { type SavedFacts, savedState } from './saved-state.ts';

const facts = (change: Partial<SavedFacts> = {}): SavedFacts => ({
  link: 'up',
  connected: true,
  dirty: false,
  saving: false,
  saveError: '',
  readOnly: false,
  ...change,
});

test.each([
  ['saved', {}],
  ['saved', { connected: undefined }],
  ['saving', { dirty: true }],
  ['saving', { saving: true }],
  ['offline', { connected: false, dirty: true }],
  ['offline', { link: 'away' }],
  ['offline', { saveError: 'The disk is full.', connected: false }],
  ['signed-out', { link: 'signed-out', connected: false, dirty: true }],
  ['failed', { saveError: 'The disk is full.' }],
  ['read-only', { readOnly: true, dirty: true }],
] as const)('%s when %o', (kind, change) => {
  expect(savedState(facts(change)).kind).toBe(kind);
});

test('a failure tells what the server said', () => {
  expect(savedState(facts({ saveError: 'The disk is full.' })).detail).toBe('The disk is full.');
});
