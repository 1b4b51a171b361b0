/**
 * The error a user can do something about: bad input, a missing file, a taken port.
 *
 * `code` is stable and is what callers and tests compare; `message` names the thing that is
 * wrong and its input; `action` says what to do next. Every transport maps it in one place
 * (HTTP → problem JSON, kernel → error output, command line → stderr and exit code).
 */
export class DaybookError extends Error {
  override readonly name = 'DaybookError';
  readonly code: string;
  readonly status: number;
  readonly action: string | undefined;
  readonly place: SourcePlace | undefined;

  constructor(code: string, message: string, options: DaybookErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = options.status ?? 400;
    this.action = options.action;
    this.place = options.place;
  }

  /**
   * True for an error made by another copy of this class: server, kernel and front end are bundled
   * apart, and a kernel's front runs inside the server.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'DaybookError' && 'code' in value && 'status' in value;
  }
}

export interface DaybookErrorOptions {
  /** HTTP status this error maps to; 400 unless told. */
  readonly status?: number;
  /** What the user can do about it, as a full sentence. */
  readonly action?: string;
  /** Where in the text that was given (SQL, YAML, a cell's source) the trouble is. */
  readonly place?: SourcePlace;
  readonly cause?: unknown;
}

/** A place in a text; both count from 1, columns in UTF-16 units. */
export interface SourcePlace {
  readonly line: number;
  readonly column?: number;
}

/** Work that ended because somebody asked it to (interrupt, shutdown, closed socket). */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';

  /** True for another bundle's copy too, as for DaybookError. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'CancelledError';
  }
}

/** A state the program promised could not occur. Never caught to carry on. */
export class BugError extends Error {
  override readonly name = 'BugError';
}

/** Ends an exhaustive `switch`: fails to compile when a case is missing. */
export function assertNever(value: never): never {
  throw new BugError(`unexpected value: ${JSON.stringify(value)}`);
}
