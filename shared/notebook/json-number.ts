/**
 * A JSON number whose spelling JavaScript would not give back: `1.0`, `1e-07`, an integer beyond
 * 2^53, `NaN`. It counts and serialises as its value, and remembers the text it was read from.
 */
export class JsonNumber extends Number {
  readonly literal: string;

  constructor(literal: string, value: number) {
    super(value);
    this.literal = literal;
  }
}
