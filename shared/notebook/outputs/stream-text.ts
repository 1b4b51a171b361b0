/**
 * The text of a stream as a terminal would leave it: `\r` goes back to the line's beginning, what
 * follows writes over it, and `\b` takes away the character before. Given piece by piece, the
 * outcome is that of the whole.
 */
export class StreamText {
  /** Lines that are finished; nothing changes them any more. */
  #lines = '';
  #line = '';
  #column = 0;

  get text(): string {
    return this.#lines + this.#line;
  }

  append(piece: string): void {
    for (const part of piece.split(/([\n\r\b])/)) {
      if (part === '\n') {
        this.#lines += `${this.#line}\n`;
        this.#line = '';
        this.#column = 0;
      } else if (part === '\r') {
        this.#column = 0;
      } else if (part === '\b') {
        const before = Math.max(0, this.#column - 1);
        this.#line = this.#line.slice(0, before) + this.#line.slice(this.#column);
        this.#column = before;
      } else if (this.#column === this.#line.length) {
        // The common case, and cheap however long the line is.
        this.#line += part;
        this.#column = this.#line.length;
      } else if (part !== '') {
        this.#line = this.#line.slice(0, this.#column) + part + this.#line.slice(this.#column + part.length);
        this.#column += part.length;
      }
    }
  }

  /** Takes away what it begins with; what is gone is never written over any more. */
  drop(length: number): void {
    const fromLine = Math.max(0, length - this.#lines.length);
    this.#lines = this.#lines.slice(length);
    this.#line = this.#line.slice(fromLine);
    this.#column = Math.max(0, this.#column - fromLine);
  }
}
