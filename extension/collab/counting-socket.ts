import { LARGEST_ROOM_FRAME } from '@daybook/shared/api/room-messages';
import * as encoding from 'lib0/encoding';

const SYNC = 0;
const STEP_2 = 1;
const UPDATE = 2;

/** A frame with content that was just sent. */
export interface SentFrame {
  readonly number: number;
  /** It has everything that the room lacks (step 2), and not one change alone. */
  readonly whole: boolean;
}

/** Sends one update in a frame of its own, and answers the frame's number. */
export type SendUpdate = (update: Uint8Array) => number;

export interface ContentListener {
  sent(frame: SentFrame): void;
  /**
   * A frame with content is larger than a room reads, so it was not sent: a room would end the
   * connection, and the next one the same way. What is in it may go in smaller ones now.
   */
  tooLarge(send: SendUpdate): void;
}

/**
 * A WebSocket that counts the frames with content (sync step 2 and updates) it sends, from 1, as
 * the room counts them for its acknowledgements (`shared/api/room-messages.ts`).
 */
export function countingSocket(Base: typeof WebSocket, listener: ContentListener): typeof WebSocket {
  return class extends Base {
    #frames = 0;

    override send(data: Parameters<WebSocket['send']>[0]): void {
      const step = data instanceof Uint8Array && data[0] === SYNC ? data[1] : undefined;
      if (!(data instanceof Uint8Array) || (step !== STEP_2 && step !== UPDATE)) {
        super.send(data);
        return;
      }
      if (data.length > LARGEST_ROOM_FRAME) {
        listener.tooLarge((update) => this.#sendUpdate(update));
        return;
      }
      super.send(data as Uint8Array<ArrayBuffer>);
      this.#frames += 1;
      listener.sent({ number: this.#frames, whole: step === STEP_2 });
    }

    #sendUpdate(update: Uint8Array): number {
      super.send(
        encoding.encode((encoder) => {
          encoding.writeVarUint(encoder, SYNC);
          encoding.writeVarUint(encoder, UPDATE);
          encoding.writeVarUint8Array(encoder, update);
        }) as Uint8Array<ArrayBuffer>,
      );
      this.#frames += 1;
      return this.#frames;
    }
  };
}
