import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { readIfThere } from '@movie-rental/jobs/files';
import type { Instance } from '../instance/instance.ts';
import { writePrivate } from '../instance/instance.ts';
import { type ContainerRun, runArguments } from '../packages/container-run.ts';
import type { ContainerImage } from '../packages/container-source.ts';
import { findProgram } from '../packages/program.ts';
import { cleanEnvironment } from '../process/run.ts';
import type { ServiceSpec } from '../process/service.ts';

const LABEL = 'movie-rental.instance';

/** What decides which engine `docker` talks to. */
const ENGINE_VARIABLES = ['DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG'] as const;

/** Docker removes what has ended by itself a moment later. */
const REMOVAL_MS = 10_000;

/** Longer than any grace. */
const ANSWER_MS = 60_000;

const execute = promisify(execFile);

/** Runs a command of Docker and gives what it prints. */
type Ask = (...args: string[]) => Promise<string>;

/** What is particular to one server; the rest follows from its instance. */
type Server = Omit<ContainerRun, 'name' | 'label'> & { readonly server: string };

/** Another checkout may have an instance of the same name: the folder tells them apart. */
function nameOf({ name, folder }: Instance, server: string): string {
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 8);
  return `movie-rental-${name}-${server}-${digest}`;
}

const recordOf = ({ folder }: Instance) => join(folder, 'containers.json');

/** Whether an instance may have containers, running or not. */
export function mayHaveContainers(instance: Instance): boolean {
  return existsSync(recordOf(instance));
}

/** Writes down, before there is a first container, that there may be some and where. */
async function record(instance: Instance): Promise<void> {
  const engine = ENGINE_VARIABLES.map((name) => [name, process.env[name] ?? null]);
  await writePrivate(recordOf(instance), JSON.stringify(Object.fromEntries(engine)));
}

/**
 * How a server's container is run as a process that can be supervised. When that process is killed its
 * container would go on by itself, so whatever has its name is removed before each start and after each end.
 */
export async function containerProcess(
  instance: Instance,
  software: ContainerImage,
  { server, ...particulars }: Server,
): Promise<Required<Pick<ServiceSpec, 'command' | 'env' | 'sweep'>>> {
  await record(instance);
  const { docker } = software.engine;
  const name = nameOf(instance, server);
  const label = `${LABEL}=${instance.folder}`;
  return {
    command: [docker, ...runArguments(software, { name, label, ...particulars })],
    env: cleanEnvironment(),
    sweep: [docker, 'rm', '--force', '--volumes', name],
  };
}

/**
 * Ends and removes every container of an instance, found by its label; asks Docker only where the instance
 * has had containers.
 *
 * @param graceS for how long each may end by itself before it is killed, in seconds
 * @returns whether there were any
 * @throws Error where Docker does not answer, or does not remove them
 */
export async function endContainers(instance: Instance, graceS: number): Promise<boolean> {
  const text = await readIfThere(recordOf(instance));
  const docker = text === undefined ? undefined : await findProgram('docker');
  if (text === undefined || docker === undefined) return false;
  const engine = Object.entries(JSON.parse(text) as Record<string, string | null>);
  const known = Object.fromEntries(engine.map(([name, value]) => [name, value ?? undefined]));
  const env = { ...cleanEnvironment(), ...known };
  // Not among the commands that are killed, and begun no more, when everything is being stopped.
  const ask = async (...args: string[]) =>
    (await execute(docker, args, { env, timeout: ANSWER_MS })).stdout;
  const filter = `label=${LABEL}=${instance.folder}`;
  const own = async () =>
    (await ask('ps', '--all', '--quiet', '--no-trunc', '--filter', filter)).match(/\w+/g) ?? [];
  const ids = await own();
  if (ids.length > 0) await remove(ask, ids, graceS);
  for (const deadline = Date.now() + REMOVAL_MS; (await own()).length > 0; await sleep(100)) {
    if (Date.now() > deadline) throw new Error('Docker does not remove the containers');
  }
  await rm(recordOf(instance));
  return ids.length > 0;
}

/** A container that is gone when its turn comes, since it removes itself, is what is wanted. */
async function remove(ask: Ask, ids: readonly string[], graceS: number): Promise<void> {
  if (graceS > 0) await ask('stop', '-t', String(graceS), ...ids).catch(() => undefined);
  await ask('rm', '--force', '--volumes', ...ids).catch(() => undefined);
}
