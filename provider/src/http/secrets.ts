import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Registry } from '../functions/registry.ts';
import { NAMESPACE, Namespace, SecretName } from '../names.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { parse } from './parse.ts';

const InNamespace = z.object({ namespace: Namespace });
const Named = InNamespace.extend({ name: SecretName });
const Secret = Named.extend({
  value: z.string().nullish(),
  /** Base64, for values that are not text; it goes before `value`. */
  rawValue: z.base64().nullish(),
});

interface SecretSources {
  readonly secrets: SecretStore;
  readonly registry: Registry;
}

/** `/system/secrets`. Values go in and never come out. */
export function secretRoutes(app: FastifyInstance, { secrets, registry }: SecretSources): void {
  app.get('/system/secrets', async (request) => {
    parse(InNamespace, request.query);
    const names = await secrets.names();
    return names.map((name) => ({ name, namespace: NAMESPACE }));
  });
  app.post('/system/secrets', async (request, reply) => {
    const secret = parse(Secret, request.body);
    await secrets.create(secret.name, bytesOf(secret));
    return reply.code(202).send();
  });
  app.put('/system/secrets', async (request, reply) => {
    const secret = parse(Secret, request.body);
    await secrets.replace(secret.name, bytesOf(secret));
    return reply.code(202).send();
  });
  // faas-cli treats 204 as a failure.
  app.delete('/system/secrets', async (request, reply) => {
    const { name } = parse(Named, request.body);
    await registry.releaseSecret(name, () => secrets.remove(name));
    return reply.code(202).send();
  });
}

function bytesOf({ value, rawValue }: z.infer<typeof Secret>): Buffer {
  return rawValue ? Buffer.from(rawValue, 'base64') : Buffer.from(value ?? '');
}
