/** One measured figure, as `npm run bench` prints it. `ratio` is ours / peer. */
export interface Figure {
  readonly bench: string;
  readonly metric: string;
  readonly ours: number;
  readonly peer: number;
  readonly peerName: string;
  readonly ratio: number;
  readonly unit: string;
}

/**
 * Measures two things alternately, so that a busy machine slows both: the medians of `rounds`
 * runs each, after one round that does not count.
 */
export async function alternate(
  rounds: number,
  ours: () => Promise<unknown>,
  peer: () => Promise<unknown>,
): Promise<{ readonly ours: number; readonly peer: number }> {
  const times: { ours: number[]; peer: number[] } = { ours: [], peer: [] };
  for (let round = 0; round <= rounds; round++) {
    const sides = round % 2 === 0 ? (['ours', 'peer'] as const) : (['peer', 'ours'] as const);
    for (const side of sides) {
      const start = performance.now();
      await (side === 'ours' ? ours : peer)();
      if (round > 0) times[side].push(performance.now() - start);
    }
  }
  return { ours: median(times.ours), peer: median(times.peer) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

export function figure(
  bench: string,
  metric: string,
  peerName: string,
  { ours, peer }: { readonly ours: number; readonly peer: number },
): Figure {
  const round = (value: number, digits: number): number => Number(value.toFixed(digits));
  return {
    bench,
    metric,
    ours: round(ours, 1),
    peer: round(peer, 1),
    peerName,
    ratio: round(ours / peer, 3),
    unit: 'ms',
  };
}
