import { createHash } from 'node:crypto';
import type { FunctionSpec } from '../../function-spec.ts';
import { type ComposeService, composeLabels, FUNCTION, SECRETS } from './labels.ts';
import { resourcesOf } from './resources.ts';

/** Where OpenFaaS mounts a function's secrets. */
export const SECRETS_FOLDER = '/var/openfaas/secrets';
/** Where OpenFaaS expects a function to listen. */
export const PORT = 8_080;
/** Many more than a function has threads; few enough for a machine to bear. */
const MOST_PROCESSES = 512;
const LOG_ROTATION = { 'max-size': '10m', 'max-file': '2' };

/** What is the same for all containers of a provider. */
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
 * What a replica's container is made with: as little as a function needs, so no capability, no way
 * to more rights, and no port of the machine.
 * @throws Refusal 400 for resources that are none.
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
      // Nameless, so that it goes with its container, and filled before that starts.
      Mounts: [{ Type: 'volume', Target: SECRETS_FOLDER, VolumeOptions: { NoCopy: true } }],
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      PidsLimit: MOST_PROCESSES,
      // A function that starts processes need not be one that knows how to reap them.
      Init: true,
      // It is the provider that replaces what has ended.
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'json-file', Config: LOG_ROTATION },
    },
  };
}

/** By this a container can be told from one that would be made otherwise today. */
export function digestOf(configuration: ContainerConfiguration): string {
  return createHash('sha256').update(JSON.stringify(configuration)).digest('hex').slice(0, 32);
}

function environmentOf({ envVars, envProcess }: FunctionSpec): string[] {
  const env = {
    // As on Kubernetes: a watchdog in the image starts what this names. An image without one, such
    // as the template's, has its own command and needs none; a command that were put in that one's
    // place would take the watchdog away from the images that have it.
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
