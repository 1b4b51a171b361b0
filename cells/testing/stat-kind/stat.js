/** What is shown of a value; fails with a sentence when it is no number. */
export function statOf(label, value) {
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    throw new TypeError(`“${label}” is a ${typeof value}; a stat cell shows a number.`);
  }
  return { label, text: value.toLocaleString('en-GB') };
}
