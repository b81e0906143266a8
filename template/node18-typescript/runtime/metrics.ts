import { createServer, type Server } from 'node:http';
import { Counter, Gauge, Histogram, register } from 'prom-client';

const requests = new Counter({
  name: 'http_requests_total',
  help: 'Requests answered',
  labelNames: ['code', 'method'],
});
const durations = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Seconds from the arrival of a request to the end of its answer',
  labelNames: ['code', 'method'],
});
const inFlight = new Gauge({
  name: 'http_requests_in_flight',
  help: 'Requests being handled',
});

/** Counts a request. Call the result with the status of its answer to get its seconds. */
export function observeRequest(method: string): (code: number) => number {
  const start = performance.now();
  inFlight.inc();
  return (code) => {
    const labels = { code: String(code), method };
    inFlight.dec();
    requests.inc(labels);
    const seconds = (performance.now() - start) / 1_000;
    durations.observe(labels, seconds);
    return seconds;
  };
}

/** A server that shows the process's metrics, the handler's own among them, on any path. */
export function createMetricsServer(): Server {
  return createServer(async (_request, response) => {
    const body = await register.metrics();
    response.setHeader('Content-Type', register.contentType);
    response.end(body);
  });
}
