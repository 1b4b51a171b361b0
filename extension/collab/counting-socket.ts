const SYNC = 0;
const STEP_2 = 1;
const UPDATE = 2;

/** A frame with content that was just sent. */
export interface SentFrame {
  readonly number: number;
  /** It has everything that the room lacks (step 2), and not one change alone. */
  readonly whole: boolean;
}

/**
 * A WebSocket that counts the frames with content (sync step 2 and updates) it sends, from 1, as
 * the room counts them for its acknowledgements (`shared/api/room-messages.ts`).
 */
export function countingSocket(Base: typeof WebSocket, onContent: (frame: SentFrame) => void): typeof WebSocket {
  return class extends Base {
    #frames = 0;

    override send(data: Parameters<WebSocket['send']>[0]): void {
      super.send(data);
      if (!(data instanceof Uint8Array) || data[0] !== SYNC) return;
      if (data[1] !== STEP_2 && data[1] !== UPDATE) return;
      this.#frames += 1;
      onContent({ number: this.#frames, whole: data[1] === STEP_2 });
    }
  };
}
