import { arch } from 'node:os';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import type { Metrics } from '../metrics.ts';
import { NAMESPACE } from '../names.ts';

const VERSION = { sha: '', release: '0.1.0', commit_message: '' };

/** Information about the provider itself; below `/system/` it needs the credentials. */
export function infoRoutes(app: FastifyInstance, { DRIVER, GATEWAY_IN_FRONT }: Config): void {
  const own = { provider: 'movie-rental-provider', orchestration: DRIVER, version: VERSION };
  // faas-cli reads the gateway's form, which wraps the provider's; a real gateway wraps it itself.
  const wrapped = { provider: own, version: VERSION, arch: arch() };
  app.get('/system/info', () => (GATEWAY_IN_FRONT ? own : wrapped));
  app.get('/system/namespaces', () => [NAMESPACE]);
}

/** The routes that need no credentials. */
export function openRoutes(app: FastifyInstance, metrics: Metrics): void {
  app.get('/healthz', () => 'OK');
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.expose()),
  );
}
