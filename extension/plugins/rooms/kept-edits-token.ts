import { Token } from '@lumino/coreutils';
import type { KeptEdits } from '../../collab/kept-edits.ts';

export const IKeptEdits = new Token<KeptEdits>(
  '@daybook/extension:IKeptEdits',
  'Edits that wait on this device, and drafts.',
);
