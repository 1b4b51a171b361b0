import { expect, test } from 'vitest';
import type { RoomState } from '../../collab/room-state.ts';
import { type SavedFacts, savedState } from './saved-state.ts';

const room = (change: Partial<RoomState> = {}): RoomState => ({
  opened: true,
  connected: true,
  unsaved: 0,
  late: false,
  kept: true,
  keepError: undefined,
  closed: undefined,
  drafts: 0,
  ...change,
});

const facts = (change: Partial<SavedFacts> = {}): SavedFacts => ({
  link: 'up',
  room: room(),
  dirty: false,
  saving: false,
  saveError: '',
  readOnly: false,
  ...change,
});

const NO_STORE = 'this browser does not let pages keep anything';
const CLOSED = { code: '4403', text: 'You no longer have access to this document.' };

test.each([
  ['saved', 'Saved', {}],
  ['saved', 'Saved', { room: undefined }],
  // Durable on the server comes before the file.
  ['saved', 'Saved', { dirty: true, saving: true }],
  ['saving', 'Saving…', { room: room({ unsaved: 1, kept: false }) }],
  ['offline', 'Not stored yet · 2 unsaved edits kept on this device', { room: room({ unsaved: 2, late: true }) }],
  [
    'offline',
    'Offline · 2 unsaved edits kept on this device',
    { link: 'away', room: room({ unsaved: 2, late: true }) },
  ],
  ['saving', 'Saving…', { room: undefined, dirty: true }],
  ['saving', 'Saving…', { room: undefined, saving: true }],
  ['saving', 'Opening…', { room: room({ opened: false, connected: false }) }],
  ['offline', 'Offline', { link: 'away', room: room({ opened: false, connected: false }) }],
  ['offline', 'Offline', { link: 'away' }],
  ['offline', 'Offline', { room: room({ connected: false }), dirty: true }],
  [
    'offline',
    'Offline · 1 unsaved edit kept on this device',
    { room: room({ connected: false, unsaved: 1, kept: true }) },
  ],
  [
    'offline',
    'Offline · 12 unsaved edits only in this tab',
    { link: 'away', room: room({ connected: false, unsaved: 12, kept: false, keepError: NO_STORE }) },
  ],
  ['offline', 'Offline', { saveError: 'The disk is full.', room: room({ connected: false }) }],
  ['signed-out', 'Signed out', { link: 'signed-out', room: room({ connected: false }) }],
  [
    'signed-out',
    'Signed out · 2 unsaved edits kept on this device',
    { link: 'signed-out', room: room({ connected: false, unsaved: 2 }) },
  ],
  // Signing in again comes before everything else that is in the way.
  ['signed-out', 'Signed out', { link: 'signed-out', room: room({ connected: false, closed: CLOSED }) }],
  ['failed', 'Not saved: The disk is full.', { saveError: 'The disk is full.' }],
  ['failed', 'Not saved: 3 unsaved edits', { room: room({ closed: CLOSED, unsaved: 3 }) }],
  ['read-only', 'Read-only', { room: room({ closed: CLOSED }) }],
  ['read-only', 'Read-only', { readOnly: true, dirty: true }],
] as const)('%s: “%s” when %o', (kind, label, change) => {
  expect(savedState(facts(change))).toMatchObject({ kind, label });
});

test('a failure tells what the server said, and offline where the edits are', () => {
  expect(savedState(facts({ saveError: 'The disk is full.' })).detail).toBe('The disk is full.');
  expect(savedState(facts({ link: 'away' })).detail).toContain('kept on this device');
  expect(savedState(facts({ link: 'away', room: room({ connected: false, keepError: NO_STORE }) })).detail).toContain(
    NO_STORE,
  );
});
