import type { SourcePlace } from '@daybook/shared/errors/error';
import type { Script } from './scripts.ts';

/**
 * What a cell threw together with where, when the value itself cannot tell: it is no error, or a
 * syntax error that the engine found.
 */
export class Thrown {
  readonly value: unknown;
  readonly at: { readonly script: Script; readonly place: SourcePlace };

  constructor(value: unknown, at: Thrown['at']) {
    this.value = value;
    this.at = at;
  }
}
