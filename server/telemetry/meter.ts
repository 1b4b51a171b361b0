/** What the HTTP layer counts; the metrics page reads it. Kept plain so that counting costs no import at start. */
export interface HttpMeter {
  observe(sample: { method: string; path: string; status: number; seconds: number }): void;
  /** Hands over what was counted so far, and each later sample as it comes. */
  drainTo(sink: (sample: HttpSample) => void): void;
}

interface HttpSample {
  readonly method: string;
  /** A group of routes rather than a path: paths hold file names and ids. */
  readonly area: string;
  readonly status: number;
  readonly seconds: number;
}

const MOST_WAITING = 10_000;

export function createMeter(): HttpMeter {
  const waiting: HttpSample[] = [];
  let sink: ((sample: HttpSample) => void) | undefined;
  return {
    observe({ method, path, status, seconds }) {
      const sample = { method: METHODS.has(method) ? method : 'other', area: areaOf(path), status, seconds };
      if (sink !== undefined) sink(sample);
      else if (waiting.length < MOST_WAITING) waiting.push(sample);
    },
    drainTo(next) {
      sink = next;
      for (const sample of waiting.splice(0)) next(sample);
    },
  };
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const AREAS = [
  '/api/contents',
  '/api/kernels',
  '/api/sessions',
  '/api/kernelspecs',
  '/api/collaboration',
  '/api/v1',
  '/api',
  '/lab/api',
  '/lab',
  '/static',
  '/files',
  '/docs',
  '/login',
  '/health',
  '/ready',
  '/metrics',
];

function areaOf(path: string): string {
  return AREAS.find((area) => path === area || path.startsWith(`${area}/`)) ?? 'other';
}
