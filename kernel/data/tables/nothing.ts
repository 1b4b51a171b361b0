/** What becomes NULL. */
export function isNothing(value: unknown): boolean {
  return value === null || value === undefined || (isDate(value) && Number.isNaN(value.getTime()));
}

/** Dates of any realm. */
export function isDate(value: unknown): value is Date {
  return value instanceof Date || Object.prototype.toString.call(value) === '[object Date]';
}
