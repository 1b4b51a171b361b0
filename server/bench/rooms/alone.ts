import type { Figure } from '../figure.ts';

/** A figure of ours with nothing beside it. */
export function alone(metric: string, value: number, unit: string): Figure {
  const ours = Number(value.toPrecision(4));
  return { bench: 'collab', metric, ours, peer: null, peerName: 'none', ratio: null, unit };
}
