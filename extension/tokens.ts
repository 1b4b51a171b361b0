import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

/** Whether the rooms of open documents are connected to the server. */
export interface Rooms {
  /** Whether the document at this path has a live connection; `undefined` when it has no room. */
  connected(path: string): boolean | undefined;
  /** The path whose connection changed. */
  readonly changed: ISignal<Rooms, string>;
}

export const IRooms = new Token<Rooms>(
  '@daybook/extension:IRooms',
  'Whether the rooms of open documents are connected.',
);
