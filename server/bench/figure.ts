/** One measured figure beside its peer's, as `npm run bench` prints it, one JSON line each. */
export interface Figure {
  readonly bench: string;
  readonly metric: string;
  readonly ours: number;
  /** Null where the peer cannot do it. */
  readonly peer: number | null;
  readonly peerName: string;
  /** ours / peer: below 1 is better than the peer, for every metric here. */
  readonly ratio: number | null;
  readonly unit: string;
}

export interface Samples {
  readonly ours: readonly number[];
  readonly peer: readonly number[];
}

/** Makes a figure of the medians of both sides. */
export function figure(name: Pick<Figure, 'bench' | 'metric' | 'peerName' | 'unit'>, samples: Samples): Figure {
  const ours = round(median(samples.ours));
  const peer = round(median(samples.peer));
  return { ...name, ours, peer, ratio: round(ours / peer), unit: name.unit };
}

/** Runs both sides in turn, so that whatever else the machine does falls on both alike. */
export async function alternate(
  rounds: number,
  ours: () => Promise<number>,
  peer: () => Promise<number>,
): Promise<Samples> {
  const samples = { ours: [] as number[], peer: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    samples.ours.push(await ours());
    samples.peer.push(await peer());
  }
  return samples;
}

/** The middle value; the mean of the middle two when there is no one middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)];
  const lower = sorted[Math.ceil(middle) - 1];
  if (upper === undefined || lower === undefined) throw new Error('no samples to take the median of');
  return (upper + lower) / 2;
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
