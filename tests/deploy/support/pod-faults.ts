import type { Container, PodTemplate } from './manifests.ts';

/**
 * What keeps a pod from being as closed as it can be, or from being placed and stopped well. The
 * namespace refuses some of it (Pod Security “restricted”), and at a rollout is too late to learn that.
 */
export function podFaults({ spec }: PodTemplate): string[] {
  const { securityContext: pod = {} } = spec;
  const seccomp = pod.seccompProfile as { type?: unknown } | undefined;
  return [
    ...(pod.runAsNonRoot === true && pod.runAsUser === 1000 ? [] : ['may run as root']),
    ...(seccomp?.type === 'RuntimeDefault' ? [] : ['has no seccomp profile']),
    ...(spec.automountServiceAccountToken === false ? [] : ['holds a token of the API server']),
    ...spec.containers.flatMap(containerFaults),
  ];
}

function containerFaults({ name, resources, securityContext = {} }: Container): string[] {
  const capabilities = securityContext.capabilities as { drop?: unknown[] } | undefined;
  const faults = [
    ...(securityContext.allowPrivilegeEscalation === false ? [] : ['may gain privileges']),
    ...(securityContext.readOnlyRootFilesystem === true ? [] : ['can write to its root']),
    ...(capabilities?.drop?.includes('ALL') ? [] : ['keeps capabilities']),
    ...(resources?.requests?.cpu && resources.requests.memory ? [] : ['requests nothing']),
    ...(resources?.limits?.memory ? [] : ['has no limit of memory']),
  ];
  return faults.map((fault) => `${name} ${fault}`);
}

/** What a pod lacks that runs continuously: probes, and time to drain. */
export function serviceFaults({ spec }: PodTemplate): string[] {
  const { terminationGracePeriodSeconds: grace = 30 } = spec;
  return [
    ...(grace > 30 ? [] : ['is ended before it has drained']),
    ...spec.containers.flatMap(({ name, livenessProbe, readinessProbe }) =>
      livenessProbe && readinessProbe ? [] : [`${name} is not probed`],
    ),
  ];
}
