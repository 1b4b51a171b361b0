import { Signal } from '@lumino/signaling';
import type { DocumentRoom } from '../../collab/document-room.ts';
import type { Room, Rooms } from '../../tokens.ts';

/** Keeps the rooms of all open documents. */
export class RoomRegistry implements Rooms {
  readonly changed = new Signal<this, Room | null>(this);
  /** Resolves when it is known what the user may do. */
  role: Promise<void> = Promise.resolve();
  readonly #rooms = new Map<object, DocumentRoom>();
  #readOnly = false;

  get readOnly(): boolean {
    return this.#readOnly;
  }

  set readOnly(value: boolean) {
    if (value === this.#readOnly) return;
    this.#readOnly = value;
    this.changed.emit(null);
  }

  of(model: object | undefined): DocumentRoom | undefined {
    return model === undefined ? undefined : this.#rooms.get(model);
  }

  check(): void {
    for (const room of this.#rooms.values()) room.check();
  }

  all(): DocumentRoom[] {
    return [...this.#rooms.values()];
  }

  add(room: DocumentRoom): void {
    this.#rooms.set(room.model, room);
    room.model.disposed.connect(() => {
      this.#rooms.delete(room.model);
      this.changed.emit(room);
    });
    this.changed.emit(room);
  }
}
