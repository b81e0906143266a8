import type { Container, PodTemplate, SecretSource } from './manifests.ts';

/** @throws Error if there are more, or none. */
export function onlyContainer({ spec }: PodTemplate): Container {
  const [container, ...more] = spec.containers;
  if (!container || more.length > 0) throw new Error('There is not one container');
  return container;
}

/** What a container's process finds in its environment. */
export function environmentOf(
  { env = [], envFrom = [] }: Container,
  configMaps: Readonly<Record<string, Record<string, string>>>,
): Record<string, string> {
  const imported = envFrom.map(({ configMapRef }) => configMaps[configMapRef?.name ?? '']);
  const own = env.map(({ name, value = '' }) => [name, value] as const);
  return Object.assign({}, ...imported, Object.fromEntries(own));
}

/** The names of the Secrets that a pod mounts. */
export function secretsOf(pods: PodTemplate): string[] {
  return mountedSecrets(pods).map(({ name }) => name);
}

/** Those of them without which it starts all the same. */
export function optionalSecretsOf(pods: PodTemplate): string[] {
  return mountedSecrets(pods)
    .filter(({ optional }) => optional)
    .map(({ name }) => name);
}

function mountedSecrets({ spec: { volumes = [] } }: PodTemplate): SecretSource[] {
  const sources = volumes.flatMap(({ projected }) => projected?.sources ?? []);
  return sources
    .flatMap(({ secret }) => secret ?? [])
    .sort((one, other) => one.name.localeCompare(other.name));
}
