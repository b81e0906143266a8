import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { FunctionSpec } from '../function-spec.ts';
import type { ManagedFunction } from '../functions/managed-function.ts';
import type { Registry } from '../functions/registry.ts';
import { FunctionName, NAMESPACE, Namespace } from '../names.ts';
import { Flag, parse } from './parse.ts';

const InNamespace = z.object({ namespace: Namespace });
const Description = InNamespace.extend({ usage: Flag });
const Removal = z.object({ functionName: FunctionName, namespace: Namespace });
const Named = z.object({ name: FunctionName });
const Scaling = z.object({ replicas: z.int().nonnegative(), namespace: Namespace });

/** `/system/functions`, `/system/function/NAME`, `/system/scale-function/NAME`. */
export function functionRoutes(app: FastifyInstance, registry: Registry): void {
  app.get('/system/functions', (request) => {
    parse(InNamespace, request.query);
    return registry.list().map(statusOf);
  });
  // faas-cli treats only 200 and 202 as success.
  app.post('/system/functions', async (request, reply) => {
    await registry.deploy(parse(FunctionSpec, request.body));
    return reply.code(202).send();
  });
  app.put('/system/functions', async (request, reply) => {
    await registry.update(parse(FunctionSpec, request.body));
    return reply.code(202).send();
  });
  app.delete('/system/functions', async (request, reply) => {
    await registry.remove(parse(Removal, request.body).functionName);
    return reply.code(202).send();
  });
  app.get('/system/function/:name', async (request) => {
    const { usage } = parse(Description, request.query);
    const fn = registry.get(parse(Named, request.params).name);
    return usage ? { ...statusOf(fn), usage: await fn.usage() } : statusOf(fn);
  });
  app.post('/system/scale-function/:name', async (request, reply) => {
    const { replicas } = parse(Scaling, request.body);
    await registry.scale(parse(Named, request.params).name, replicas);
    return reply.code(202).send();
  });
}

/** A function as faas-provider describes it. */
function statusOf({ deployment, invocations, availableReplicas }: ManagedFunction) {
  const { spec, replicas, createdAt } = deployment;
  return {
    name: spec.service,
    image: spec.image,
    namespace: NAMESPACE,
    envProcess: spec.envProcess ?? '',
    envVars: spec.envVars,
    labels: spec.labels,
    annotations: spec.annotations,
    secrets: spec.secrets,
    limits: spec.limits,
    requests: spec.requests,
    readOnlyRootFilesystem: spec.readOnlyRootFilesystem,
    replicas,
    availableReplicas,
    invocationCount: invocations,
    createdAt,
  };
}
