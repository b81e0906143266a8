import type { Logger } from 'pino';
import { z } from 'zod';
import type { SecretStore } from '../../secrets/secret-store.ts';
import { DockerDriver } from './docker-driver.ts';
import { Engine } from './engine.ts';
import type { EngineAddress } from './engine-address.ts';
import { identityIn } from './identity.ts';
import type { ComposeService } from './labels.ts';
import { isGone } from './persist.ts';

interface OpenOptions {
  readonly address: EngineAddress;
  readonly network: string;
  readonly compose: ComposeService | undefined;
  readonly secrets: SecretStore;
  readonly log: Logger;
  /** Where the provider's own name is kept. */
  readonly identityFile: string;
}

const Info = z.object({ NCPU: z.int().positive() });

/**
 * Reaches the engine and makes a driver that runs replicas on it.
 * @throws Error that says how to mend it where the engine or its network is not there.
 */
export async function openDockerDriver(options: OpenOptions): Promise<DockerDriver> {
  const { address, network, compose, secrets, log, identityFile } = options;
  const engine = new Engine(address);
  const { NCPU: processors } = await reach(engine, address);
  await requireNetwork(engine, network);
  const identity = await identityIn(identityFile);
  return new DockerDriver({ engine, identity, network, compose, processors, secrets, log });
}

async function reach(engine: Engine, address: EngineAddress): Promise<z.infer<typeof Info>> {
  try {
    return Info.parse(await engine.call('GET', '/info'));
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    const place = address.socketPath ?? address.origin;
    const mend = MENDS[code] ?? 'Is DOCKER_HOST right?';
    throw new Error(`The Docker engine cannot be reached at ${place} (${message}). ${mend}`, {
      cause,
    });
  }
}

/** What can be done where a socket cannot be opened, by the error's code. */
const MENDS: Readonly<Record<string, string>> = {
  EACCES:
    "Let the provider's user join the group that owns the socket: `stat -c %g` of it gives the group, and `group_add` or `--group-add` adds it to a container; beside a container, `usermod -aG docker`.",
  ENOENT: 'Is the engine running, and is its socket mounted here? DOCKER_HOST names another one.',
  ECONNREFUSED: 'Is the engine running?',
};

async function requireNetwork(engine: Engine, network: string): Promise<void> {
  try {
    await engine.call('GET', `/networks/${encodeURIComponent(network)}`);
  } catch (error) {
    if (!isGone(error)) throw error;
    throw new Error(
      `DOCKER_NETWORK: the engine has no network ${network}. Make it: docker network create ${network}`,
    );
  }
}
