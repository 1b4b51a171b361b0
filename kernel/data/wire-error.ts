import { CancelledError, DaybookError } from '@daybook/shared/errors/error';

/** An error as it crosses a thread or process boundary. */
export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly status: number;
  readonly action?: string | undefined;
  readonly place?: { readonly line: number; readonly column?: number | undefined } | undefined;
}

const CANCELLED = 'cancelled';

export function toWireError(error: unknown): WireError {
  if (error instanceof CancelledError) return { code: CANCELLED, message: error.message, status: 499 };
  if (error instanceof DaybookError) {
    const { code, message, status, action, place } = error;
    return {
      code,
      message,
      status,
      ...(action === undefined ? {} : { action }),
      ...(place === undefined ? {} : { place }),
    };
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { code: 'data_engine_bug', message: `The data engine failed unexpectedly. ${message}`, status: 500 };
}

export function fromWireError({ code, message, status, action, place }: WireError): Error {
  if (code === CANCELLED) return new CancelledError(message);
  return new DaybookError(code, message, {
    status,
    ...(action === undefined ? {} : { action }),
    ...(place === undefined
      ? {}
      : { place: place.column === undefined ? { line: place.line } : { line: place.line, column: place.column } }),
  });
}
