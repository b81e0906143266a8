import { createServer } from 'node:http';

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const SERVICES_MS = 5000;

/** By function: calls by status, how long they took together, and how many took at most so long. */
const invocations = new Map();

/** Counts one finished call of a function. */
export function countInvocation(name, code, seconds) {
  const fresh = { codes: new Map(), count: 0, sum: 0, buckets: BUCKETS.map(() => 0) };
  const entry = invocations.get(name) ?? fresh;
  invocations.set(name, entry);
  entry.codes.set(code, (entry.codes.get(code) ?? 0) + 1);
  entry.count += 1;
  entry.sum += seconds;
  for (const [index, le] of BUCKETS.entries()) if (seconds <= le) entry.buckets[index] += 1;
}

function histogram(name, { count, sum, buckets }) {
  const label = `function_name="${name}"`;
  return [
    ...buckets.map(
      (below, index) =>
        `gateway_functions_seconds_bucket{${label},le="${BUCKETS[index]}"} ${below}`,
    ),
    `gateway_functions_seconds_bucket{${label},le="+Inf"} ${count}`,
    `gateway_functions_seconds_sum{${label}} ${sum}`,
    `gateway_functions_seconds_count{${label}} ${count}`,
  ];
}

function text(replicas) {
  const totals = [...invocations].flatMap(([name, { codes }]) =>
    [...codes].map(
      ([code, count]) =>
        `gateway_function_invocation_total{function_name="${name}",code="${code}"} ${count}`,
    ),
  );
  return [
    '# TYPE gateway_function_invocation_total counter',
    ...totals,
    '# TYPE gateway_functions_seconds histogram',
    ...[...invocations].flatMap(([name, entry]) => histogram(name, entry)),
    '# TYPE gateway_service_count gauge',
    ...[...replicas].map(
      ([name, count]) => `gateway_service_count{function_name="${name}"} ${count}`,
    ),
    '',
  ].join('\n');
}

/**
 * Serves the metrics at :8082, with each function's replicas as the provider tells from time to time.
 *
 * @param list asks the provider for its functions
 */
export function serveMetrics(list) {
  let replicas = new Map();
  setInterval(async () => {
    const functions = await list().catch(() => []);
    replicas = new Map(functions.map(({ name, replicas: count }) => [name, count]));
  }, SERVICES_MS).unref();
  createServer((_request, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(text(replicas));
  })
    .listen(8082)
    .unref();
}
