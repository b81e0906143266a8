import type { Container, Manifest, PodTemplate, Selector } from './manifests.ts';
import { podsOf } from './manifests.ts';
import { ingressFaults, policyFaults, serviceFaults } from './network-faults.ts';
import { matches, selected } from './selection.ts';

type Faults = string[];

/** What manifests refer to beside each other. */
export interface Surroundings {
  readonly configMaps: readonly string[];
  readonly secrets: readonly string[];
}

/**
 * What manifests name and is not there: labels, ports, volumes, ConfigMaps, Secrets, Services and
 * Deployments. Kubernetes takes such a manifest without a word, and it does nothing, or never starts.
 */
export function referenceFaults(
  manifests: readonly Manifest[],
  surroundings: Surroundings,
): Faults {
  return manifests.flatMap((manifest) =>
    faultsOf(manifest, manifests, surroundings).map(
      (fault) => `${manifest.kind} ${manifest.metadata.name} ${fault}`,
    ),
  );
}

function faultsOf(manifest: Manifest, all: readonly Manifest[], surroundings: Surroundings) {
  const { kind, spec } = manifest;
  const pods = podsOf(manifest);
  switch (kind) {
    case 'Deployment':
    case 'Job':
      return pods ? [...selectsItself(spec.selector, pods), ...podFaults(pods, surroundings)] : [];
    case 'Service':
      return serviceFaults(spec, all);
    case 'PodDisruptionBudget':
      return selected(spec.selector, all).length > 0 ? [] : ['selects no pods'];
    case 'NetworkPolicy':
      return policyFaults(spec, all);
    case 'HorizontalPodAutoscaler':
    case 'ScaledObject':
      return scalingFaults(spec, all);
    case 'TriggerAuthentication':
      return unknownNames(
        'Secret',
        spec.secretTargetRef.map(({ name }: { name: string }) => name),
        surroundings.secrets,
      );
    case 'Ingress':
      return ingressFaults(spec, all);
    default:
      return [];
  }
}

function selectsItself(selector: Selector | undefined, { metadata, spec }: PodTemplate): Faults {
  const spread = (spec.topologySpreadConstraints ?? []).map(({ labelSelector }) => labelSelector);
  return [...(selector ? [selector] : []), ...spread]
    .filter((own) => !matches(own, metadata.labels))
    .map(() => 'does not select its own pods');
}

function podFaults({ spec }: PodTemplate, { configMaps, secrets }: Surroundings): Faults {
  const { containers, volumes = [] } = spec;
  const sources = volumes.flatMap(({ projected }) => projected?.sources ?? []);
  const mounted = volumes.flatMap(({ configMap }) => configMap ?? []);
  const imported = containers.flatMap(({ envFrom = [] }) =>
    envFrom.flatMap(({ configMapRef }) => configMapRef ?? []),
  );
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
  const mounts = names(containers.flatMap(({ volumeMounts = [] }) => volumeMounts));
  return [
    ...unknownNames('Secret', names(sources.flatMap(({ secret }) => secret ?? [])), secrets),
    ...unknownNames('ConfigMap', names([...mounted, ...imported]), configMaps),
    ...unknownNames('volume', mounts, names(volumes)),
    ...names(volumes)
      .filter((name) => !mounts.includes(name))
      .map((name) => `mounts its volume ${name} nowhere`),
    ...containers.flatMap(probeFaults),
  ];
}

function unknownNames(what: string, named: readonly string[], known: readonly string[]): Faults {
  return named.filter((name) => !known.includes(name)).map((name) => `names no ${what} ${name}`);
}

function probeFaults({ ports = [], livenessProbe, readinessProbe }: Container): Faults {
  return [livenessProbe, readinessProbe]
    .flatMap((probe) => probe?.httpGet ?? [])
    .filter(({ port }) => !ports.some((own) => own.name === port || own.containerPort === port))
    .map(({ port }) => `probes the port ${port}, which it does not have`);
}

function has(all: readonly Manifest[], kind: string, name: string): boolean {
  return all.some((other) => other.kind === kind && other.metadata.name === name);
}

function scalingFaults(spec: Manifest['spec'], all: readonly Manifest[]): Faults {
  const { kind = 'Deployment', name } = spec.scaleTargetRef;
  const triggers = (spec.triggers ?? []) as { authenticationRef?: { name: string } }[];
  const authentications = triggers.flatMap(({ authenticationRef }) => authenticationRef ?? []);
  return [
    ...(has(all, kind, name) ? [] : [`scales no ${kind} ${name}`]),
    ...authentications
      .filter((reference) => !has(all, 'TriggerAuthentication', reference.name))
      .map((reference) => `names no TriggerAuthentication ${reference.name}`),
  ];
}
