import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { SecretStore } from '../../secrets/secret-store.ts';
import { isGone } from './containers.ts';
import { DockerDriver } from './docker-driver.ts';
import { Engine, type EngineAddress, parseEngineAddress } from './engine.ts';
import type { ComposeService } from './labels.ts';

interface OpenOptions {
  readonly address: EngineAddress;
  readonly network: string;
  readonly compose: ComposeService | undefined;
  readonly secrets: SecretStore;
  readonly log: Logger;
  /** Where the provider's name is kept. */
  readonly identityFile: string;
}

const Info = z.object({ NCPU: z.int().positive() });

/**
 * Reaches the engine and makes a driver that runs replicas on it.
 * @throws Error that says how to fix it if the engine or its network is missing.
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
    const remedy = REMEDIES[code] ?? 'Is DOCKER_HOST right?';
    throw new Error(`The Docker engine cannot be reached at ${place} (${message}). ${remedy}`, {
      cause,
    });
  }
}

/** How to fix a socket that cannot be opened, by error code. */
const REMEDIES: Readonly<Record<string, string>> = {
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

/**
 * This provider's name, by which it recognises its containers: chosen at its first start and kept
 * with its state.
 */
export async function identityIn(file: string): Promise<string> {
  const known = await readFile(file, 'utf8').catch(() => '');
  if (known !== '') return known.trim();
  const identity = randomBytes(8).toString('hex');
  await writeFile(file, `${identity}\n`, { mode: 0o600 });
  return identity;
}

/** The user that the process becomes, who owns its folders. */
const ORDINARY = 1_000;
const ROOT = 0;
/** CAP_SETGID and CAP_SETUID, by their bits (capabilities(7)), and no other. */
const TO_CHANGE_USERS = (1n << 6n) | (1n << 7n);

/**
 * If this process runs as a root that can only change its user, as the Compose file starts it, it
 * becomes an ordinary user in the group that owns the engine's socket. That group's number differs
 * between hosts, so no image or Compose file can name it. Any other user is kept.
 *
 * Must come before anything is opened. No capabilities remain afterwards.
 */
export function becomeOrdinaryUser(dockerHost: string): void {
  if (process.getuid?.() !== ROOT || capabilities() !== TO_CHANGE_USERS) return;
  process.setgroups?.(groupsOf(dockerHost));
  process.setgid?.(ORDINARY);
  process.setuid?.(ORDINARY);
}

/** This process's effective capabilities; undefined if the system is not Linux. */
function capabilities(): bigint | undefined {
  try {
    const [bits] =
      /(?<=^CapEff:\s+)[\da-f]+/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return bits === undefined ? undefined : BigInt(`0x${bits}`);
  } catch {
    return undefined;
  }
}

/** The socket's group; empty if there is no socket, which opening it will report. */
function groupsOf(dockerHost: string): number[] {
  try {
    const { socketPath } = parseEngineAddress(dockerHost);
    return socketPath === undefined ? [] : [statSync(socketPath).gid];
  } catch {
    return [];
  }
}
