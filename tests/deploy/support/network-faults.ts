import type { Manifest, PodTemplate } from './manifests.ts';
import { selected } from './selection.ts';

type Faults = string[];

/** Whether each of these pods has a port of this name. */
function allHavePort(pods: readonly PodTemplate[], port: unknown): boolean {
  return pods.every(({ spec }) =>
    spec.containers.some(({ ports = [] }) => ports.some(({ name }) => name === port)),
  );
}

/** What a Service leads to and is not there. */
export function serviceFaults(spec: Manifest['spec'], all: readonly Manifest[]): Faults {
  const pods = selected({ matchLabels: spec.selector }, all);
  if (pods.length === 0) return ['selects no pods'];
  return (spec.ports as { targetPort: unknown }[])
    .filter(({ targetPort }) => !allHavePort(pods, targetPort))
    .map(({ targetPort }) => `leads to the port ${targetPort}, which its pods do not have`);
}

/** What a NetworkPolicy opens and is not there. */
export function policyFaults(spec: Manifest['spec'], all: readonly Manifest[]): Faults {
  const pods = selected(spec.podSelector, all);
  if (pods.length === 0) return ['selects no pods'];
  const rules = (spec.ingress ?? []) as { ports?: { port: unknown }[] }[];
  return rules
    .flatMap(({ ports = [] }) => ports)
    .filter(({ port }) => !allHavePort(pods, port))
    .map(({ port }) => `opens the port ${port}, which its pods do not have`);
}

interface Backend {
  readonly service: { readonly name: string; readonly port: { readonly name?: string } };
}

/** What an Ingress leads to and is not there. */
export function ingressFaults(spec: Manifest['spec'], all: readonly Manifest[]): Faults {
  const paths = spec.rules.flatMap((rule: { http: { paths: object[] } }) => rule.http.paths);
  return paths.flatMap(({ backend: { service } }: { backend: Backend }) => {
    const found = all.find(
      ({ kind, metadata }) => kind === 'Service' && metadata.name === service.name,
    );
    if (!found) return [`leads to no Service ${service.name}`];
    const open = found.spec.ports.some(({ name }: { name: string }) => name === service.port.name);
    return open ? [] : [`leads to the port ${service.port.name}, which ${service.name} has not`];
  });
}
