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

  constructor(code: string, message: string, options: DaybookErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = options.status ?? 400;
    this.action = options.action;
  }
}

export interface DaybookErrorOptions {
  /** HTTP status this error maps to; 400 unless told. */
  readonly status?: number;
  /** What the user can do about it, as a full sentence. */
  readonly action?: string;
  readonly cause?: unknown;
}

/** Work that ended because somebody asked it to (interrupt, shutdown, closed socket). */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
}

/** A state the program promised could not occur. Never caught to carry on. */
export class BugError extends Error {
  override readonly name = 'BugError';
}

/** Ends an exhaustive `switch`: fails to compile when a case is missing. */
export function assertNever(value: never): never {
  throw new BugError(`unexpected value: ${JSON.stringify(value)}`);
}
