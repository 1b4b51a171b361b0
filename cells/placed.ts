import { DaybookError, type SourcePlace } from '@daybook/shared/errors/error';

/** The same error at another place: one in the cell, where the first was in what the cell was made into. */
export function placed(error: DaybookError, place: SourcePlace | undefined): DaybookError {
  const { code, message, status, action } = error;
  return new DaybookError(code, message, {
    status,
    cause: error,
    ...(action === undefined ? {} : { action }),
    ...(place === undefined ? {} : { place }),
  });
}
