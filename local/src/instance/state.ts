import { rm } from 'node:fs/promises';
import { readIfThere } from '@movie-rental/jobs/files';
import { isAlive, type ProcessIdentity } from '../process/identity.ts';
import type { SupervisedProcess } from '../process/supervisor.ts';
import type { Endpoints } from './endpoints.ts';
import { writePrivate } from './files.ts';
import type { Instance } from './instance.ts';

/** What an instance's supervisor writes down about itself, for other commands and for a next start. */
export type State = {
  readonly supervisor: ProcessIdentity;
  readonly processes: readonly SupervisedProcess[];
  /** There as soon as the instance is ready. */
  readonly endpoints?: Endpoints;
};

/** What the last supervisor wrote, whether it still runs or was killed. */
export async function lastState(instance: Instance): Promise<State | undefined> {
  const text = await readIfThere(instance.stateFile);
  return text === undefined ? undefined : (JSON.parse(text) as State);
}

/** The state of an instance that runs; undefined where it does not. */
export async function readState(instance: Instance): Promise<State | undefined> {
  const state = await lastState(instance);
  return state !== undefined && isAlive(state.supervisor) ? state : undefined;
}

/** Replaces the state at once. */
export function writeState(instance: Instance, state: State): Promise<void> {
  return writePrivate(instance.stateFile, `${JSON.stringify(state, null, 2)}\n`);
}

/** Says that the instance runs no longer. */
export function removeState(instance: Instance): Promise<void> {
  return rm(instance.stateFile, { force: true });
}
