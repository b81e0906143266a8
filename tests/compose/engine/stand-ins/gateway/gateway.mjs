/**
 * What the OpenFaaS gateway does as far as this project uses it, its flaws included: bodies go on chunked,
 * `//` is redirected, a dead provider is an empty 502, and a list of functions needs Prometheus.
 */
import { randomUUID, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { posix } from 'node:path';
import { countInvocation, serveMetrics } from './metrics.mjs';
import { ask, forward } from './upstream.mjs';

const RELEASE = '0.27.12';
const secrets = process.env.secret_mount_path ?? '/run/secrets';
const secret = (name) => readFileSync(posix.join(secrets, name), 'utf8').trim();
const credentials = process.env.basic_auth === 'true' ? readCredentials() : undefined;
const prometheus = `http://${process.env.faas_prometheus_host}:${process.env.faas_prometheus_port ?? 9090}`;

function readCredentials() {
  const pair = `${secret('basic-auth-user')}:${secret('basic-auth-password')}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function isAllowed({ headers }) {
  if (credentials === undefined) return true;
  const given = Buffer.from(headers.authorization ?? '');
  const expected = Buffer.from(credentials);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function answer(response, status, headers, body) {
  response.writeHead(status, headers).end(body);
}

function answerJson(response, value) {
  answer(response, 200, { 'content-type': 'application/json' }, JSON.stringify(value));
}

/** The provider's own information, as faas-cli reads it from a gateway. */
async function answerInfo(response) {
  const { provider, orchestration, version } = await ask('/system/info', credentials);
  answerJson(response, {
    provider: { provider, orchestration, version },
    version: { sha: 'none', release: RELEASE, commit_message: 'stand-in' },
    arch: process.arch === 'x64' ? 'x86_64' : process.arch,
  });
}

/** Invocations by function, of Prometheus. */
async function invocations() {
  const query = 'sum by (function_name) (gateway_function_invocation_total)';
  const reply = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(query)}`);
  const { data } = await reply.json();
  return new Map(data.result.map(({ metric, value }) => [metric.function_name, Number(value[1])]));
}

/** Without Prometheus the real gateway breaks down here, unless there is nothing to count. */
async function answerFunctions(path, response) {
  const functions = await ask(path, credentials);
  if (functions.length === 0) return answerJson(response, functions);
  const counts = await invocations().catch(() => undefined);
  if (counts === undefined) return response.destroy();
  const counted = functions.map((each) => ({
    ...each,
    invocationCount:
      counts.get(`${each.name}.${each.namespace || 'openfaas-fn'}`) ?? counts.get(each.name) ?? 0,
  }));
  return answerJson(response, counted);
}

async function answerSystem(request, response, pathname) {
  if (!isAllowed(request)) {
    const challenge = { 'www-authenticate': 'Basic realm="Restricted"' };
    return answer(response, 401, challenge, 'invalid credentials');
  }
  if (pathname === '/system/info') return answerInfo(response);
  if (pathname === '/system/functions' && request.method === 'GET') {
    return answerFunctions(request.url, response);
  }
  await forward(request, response, credentials && { authorization: credentials });
}

async function answerFunction(request, response, pathname) {
  const started = process.hrtime.bigint();
  const callId = request.headers['x-call-id'] ?? randomUUID();
  await forward(request, response, {
    'x-call-id': callId,
    'x-start-time': String(BigInt(Date.now()) * 1_000_000n),
    'x-forwarded-host': request.headers['x-forwarded-host'] ?? request.headers.host ?? '',
    'x-forwarded-for': request.headers['x-forwarded-for'] ?? request.socket.remoteAddress,
  });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  countInvocation(pathname.split('/')[2], response.statusCode, seconds);
}

async function handle(request, response) {
  const [pathname, query] = request.url.split(/\?(.*)/s);
  const clean = posix.normalize(pathname);
  if (clean !== pathname) {
    return answer(response, 301, { location: query === undefined ? clean : `${clean}?${query}` });
  }
  if (pathname === '/healthz') return answer(response, 200, {}, 'OK');
  if (pathname.startsWith('/system/')) return answerSystem(request, response, pathname);
  if (pathname.startsWith('/function/')) return answerFunction(request, response, pathname);
  return answer(response, 404, {}, '404 page not found\n');
}

const server = createServer((request, response) => {
  handle(request, response).catch(() => {
    if (response.headersSent) response.destroy();
    else answer(response, 502, {});
  });
});
// Nginx keeps idle connections for a minute; the one who is asked must not close first.
server.keepAliveTimeout = 90_000;
server.requestTimeout = 0;
server.listen(Number(process.env.port ?? 8080), () => console.log('gateway: listening'));
serveMetrics(() => ask('/system/functions', credentials));
process.once('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
