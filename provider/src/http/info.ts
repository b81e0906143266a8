import { arch } from 'node:os';
import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics.ts';
import { NAMESPACE } from '../names.ts';

const VERSION = { sha: '', release: '0.1.0', commit_message: '' };

/** What tells of the provider itself; below `/system/` for those who have the credentials. */
export function infoRoutes(app: FastifyInstance, orchestration: string): void {
  // The gateway's form, which wraps the provider's: this is what faas-cli reads.
  app.get('/system/info', () => ({
    provider: { provider: 'movie-rental-provider', orchestration, version: VERSION },
    version: VERSION,
    arch: arch(),
  }));
  app.get('/system/namespaces', () => [NAMESPACE]);
}

/** What anyone may ask. */
export function openRoutes(app: FastifyInstance, metrics: Metrics): void {
  app.get('/healthz', () => 'OK');
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.expose()),
  );
}
