import type { HttpMeter } from './meter.ts';

/** What the metrics page can look at when it is asked. */
export interface Gauges {
  kernels(): number;
  sessions(): number;
  kernelSockets(): number;
  readonly documents?: DocumentGauges;
}

export interface DocumentGauges {
  /** Documents in memory. */
  open(): number;
  /** About the bytes of their histories. */
  bytes(): number;
}

/** Prometheus text of the process, the HTTP layer and the kernels. */
export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
}

/** Loads prom-client (a tenth of a second) on first use, so call it when the server is up. */
export async function createMetrics(meter: HttpMeter, gauges: Gauges): Promise<Metrics> {
  const { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } = await import('prom-client');
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'daybook_http_requests_total',
    help: 'HTTP requests answered.',
    labelNames: ['method', 'area', 'status'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'daybook_http_request_seconds',
    help: 'Time to answer an HTTP request.',
    labelNames: ['area'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  meter.drainTo((sample) => {
    requests.inc({ method: sample.method, area: sample.area, status: String(sample.status) });
    seconds.observe({ area: sample.area }, sample.seconds);
  });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge('daybook_kernels', 'Kernels running.', gauges.kernels);
  gauge('daybook_sessions', 'Notebook sessions open.', gauges.sessions);
  gauge('daybook_kernel_sockets', 'WebSockets connected to kernels.', gauges.kernelSockets);
  if (gauges.documents !== undefined) {
    gauge('daybook_documents_open', 'Shared documents in memory.', gauges.documents.open);
    gauge('daybook_documents_bytes', 'Bytes of the shared documents in memory, about.', gauges.documents.bytes);
  }
  return { contentType: registry.contentType, text: () => registry.metrics() };
}
