import { readIfThere } from '@movie-rental/jobs/files';
import { z } from 'zod';
import { isAlive, type ProcessIdentity } from '../process/identity.ts';
import type { SupervisedProcess } from '../process/supervisor.ts';
import { type Instance, instanceOf, writePrivate } from './instance.ts';

const Account = z.object({ username: z.string(), password: z.string() });

/** Where a running instance answers, passwords included. */
export const Endpoints = z.object({
  url: z.string(),
  gateway: z.object({ url: z.string(), ...Account.shape }),
  admin: Account,
  mysql: z.object({ url: z.string() }),
  kafka: z.object({ brokers: z.string() }),
  rabbitmq: z.object({ url: z.string(), management: z.string() }),
});

export type Endpoints = z.infer<typeof Endpoints>;

/** The part of the endpoints that is there as soon as the servers run. */
export type ServerEndpoints = Pick<Endpoints, 'mysql' | 'kafka' | 'rabbitmq'>;

/** What an instance's supervisor writes down about itself, for other commands and for the next start. */
export type State = {
  readonly supervisor: ProcessIdentity;
  readonly processes: readonly SupervisedProcess[];
  /** There once the instance is ready. */
  readonly endpoints?: Endpoints;
  /** What the control socket asks for; absent if there is no socket. */
  readonly token?: string;
};

/** What the last supervisor wrote, whether it still runs or was killed. */
export async function lastState(instance: Instance): Promise<State | undefined> {
  const text = await readIfThere(instance.stateFile);
  return text === undefined ? undefined : (JSON.parse(text) as State);
}

/** The state of a running instance; undefined if it is not running. */
export async function readState(instance: Instance): Promise<State | undefined> {
  const state = await lastState(instance);
  return state !== undefined && isAlive(state.supervisor) ? state : undefined;
}

/** Replaces the state at once. */
export function writeState(instance: Instance, state: State): Promise<void> {
  return writePrivate(instance.stateFile, `${JSON.stringify(state, null, 2)}\n`);
}

/**
 * The endpoints of a running instance.
 *
 * @throws Error if it is not running, or not ready yet
 */
export async function readEndpoints(instanceName: string): Promise<Endpoints> {
  const state = await readState(instanceOf(instanceName));
  if (state === undefined) throw new Error('Nothing is running. Start it by: npm start');
  if (state.endpoints !== undefined) return state.endpoints;
  throw new Error('It is still starting, or runs its servers alone.');
}
