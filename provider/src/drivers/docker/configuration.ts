import { createHash } from 'node:crypto';
import type { FunctionSpec } from '../../function-spec.ts';
import { type ComposeService, composeLabels, FUNCTION, SECRETS } from './labels.ts';
import { resourcesOf } from './resources.ts';

/** Where OpenFaaS mounts a function's secrets. */
export const SECRETS_FOLDER = '/var/openfaas/secrets';
/** Where OpenFaaS expects a function to listen. */
export const PORT = 8_080;
/** More threads than any function needs, but few enough for the machine. */
const MOST_PROCESSES = 512;
const LOG_ROTATION = { 'max-size': '10m', 'max-file': '2' };

/** What all of a provider's containers share. */
export interface Place {
  readonly network: string;
  /** Of the engine's machine. */
  readonly processors: number;
  /** The provider's own service of a Compose project, to which they belong. */
  readonly compose: ComposeService | undefined;
}

/** The body of `POST /containers/create`. */
export interface ContainerConfiguration {
  readonly Image: string;
  readonly Env: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
  readonly HostConfig: Readonly<Record<string, unknown>>;
}

/**
 * What a replica's container is made with: only what a function needs, so no capabilities, no
 * privilege escalation, and no published ports.
 * @throws Refusal 400 for invalid resources.
 */
export function configurationOf(spec: FunctionSpec, place: Place): ContainerConfiguration {
  const { service, image, secrets, readOnlyRootFilesystem } = spec;
  const resources = resourcesOf(spec, place.processors);
  return {
    Image: image,
    Env: environmentOf(spec),
    Labels: {
      ...(place.compose && composeLabels(place.compose)),
      [FUNCTION]: service,
      [SECRETS]: secrets.join(),
    },
    HostConfig: {
      ...resources,
      NetworkMode: place.network,
      ReadonlyRootfs: readOnlyRootFilesystem,
      ...(readOnlyRootFilesystem && { Tmpfs: { '/tmp': 'rw,nosuid,nodev,noexec,mode=1777' } }),
      // Anonymous, so that it is removed with its container, and filled before that starts.
      Mounts: [{ Type: 'volume', Target: SECRETS_FOLDER, VolumeOptions: { NoCopy: true } }],
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      PidsLimit: MOST_PROCESSES,
      // Reaps the processes that a function starts.
      Init: true,
      // The provider replaces containers that have ended.
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'json-file', Config: LOG_ROTATION },
    },
  };
}

/** Tells whether a container still matches its configuration. */
export function digestOf(configuration: ContainerConfiguration): string {
  return createHash('sha256').update(JSON.stringify(configuration)).digest('hex').slice(0, 32);
}

function environmentOf({ envVars, envProcess }: FunctionSpec): string[] {
  const env = {
    // As on Kubernetes: a watchdog in the image starts what this names. An image without one, such
    // as the template's, has its own command; replacing the command would bypass the watchdog.
    ...(envProcess && { fprocess: envProcess }),
    ...envVars,
    port: String(PORT),
    secret_mount_path: SECRETS_FOLDER,
    // The provider stops routing to a replica before it stops the replica.
    healthcheck_interval: '0s',
  };
  return Object.entries(env)
    .map(([name, value]) => `${name}=${value}`)
    .sort();
}
