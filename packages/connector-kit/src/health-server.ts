import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Health } from './health.ts';
import type { CommonConfig } from './settings.ts';

/**
 * Answers those who run the connector: `GET /healthz` (200 unless it is stuck), `GET /readyz` (200
 * while it does its work, else 503 and the reason) and `GET /metrics`.
 *
 * @returns what ends it; nothing is served if no port is named.
 * @throws Error if it cannot listen.
 */
export async function startHealthServer(
  { HEALTH_PORT: port, HEALTH_HOST: host }: Pick<CommonConfig, 'HEALTH_PORT' | 'HEALTH_HOST'>,
  health: Health,
): Promise<() => void> {
  if (port === undefined) return () => {};
  const server = createServer((request, response) => {
    const [path] = (request.url ?? '').split('?');
    if (path === '/healthz') sayUnless(response, health.isStuck() ? 'stuck' : undefined);
    else if (path === '/readyz') sayUnless(response, health.whyUnready());
    else if (path === '/metrics') void sayMetrics(response, health);
    else say(response, 404, 'There is nothing here');
  });
  await listen(server, port, host);
  health.metrics.addProcess();
  return () => {
    server.close();
    server.closeAllConnections();
  };
}

async function listen(server: Server, port: number, host: string | undefined): Promise<void> {
  server.listen({ port, ...(host !== undefined && { host }) });
  try {
    await once(server, 'listening');
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`HEALTH_PORT ${port} cannot be used: ${message}`, { cause: error });
  }
}

function sayUnless(response: ServerResponse, fault: string | undefined): void {
  if (fault === undefined) say(response, 200, 'OK');
  else say(response, 503, fault);
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

async function sayMetrics(response: ServerResponse, { metrics }: Health): Promise<void> {
  try {
    const text = await metrics.text();
    response.writeHead(200, { 'Content-Type': metrics.contentType });
    response.end(text);
  } catch (error) {
    say(response, 500, String(error));
  }
}
