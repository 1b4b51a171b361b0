/**
 * Milliseconds that only ever go forward, whatever happens to the clock of the machine. For durations;
 * the number means nothing by itself.
 */
export const steadyNow = (): number => performance.now();
