import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Endpoints } from '../instance/endpoints.ts';
import { type Instance, makeFolders } from '../instance/instance.ts';
import { lastState, readState, removeState, type State, writeState } from '../instance/state.ts';
import { identify, type ProcessIdentity } from '../process/identity.ts';
import { endLeftovers, sessionMembers } from '../process/leftovers.ts';
import { withLock } from '../process/lock.ts';
import { endCommands } from '../process/run.ts';
import { Supervisor } from '../process/supervisor.ts';
import { endContainers } from '../servers/containers.ts';
import type { Surroundings } from '../servers/server.ts';
import { type Step, showProgress } from './progress.ts';

const LEFTOVER_GRACE_S = 10;

/** How an instance is to run. */
export type SessionOptions = {
  readonly ports: Surroundings['ports'];
  /** Tells the user something. */
  readonly say: (message: string) => void;
  /** Begins with empty data and new secrets. */
  readonly fresh?: boolean;
};

/** An instance that this process runs. */
export type Session = Surroundings & {
  /** Aborted when the instance is being ended. */
  readonly signal: AbortSignal;
  /**
   * Does the steps of a bring-up and shows how they go.
   *
   * @throws what the first step that fails throws
   */
  perform(steps: readonly Step[]): Promise<void>;
  /** Makes the endpoints known to other commands: the instance is ready. */
  announce(endpoints: Endpoints): Promise<void>;
  /**
   * Ends all its processes in order and gives the instance free.
   *
   * @param dataIsWanted false: servers need not end well
   */
  close(dataIsWanted?: boolean): Promise<void>;
};

/** Another process runs the instance. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning';
}

/**
 * Makes this process the instance's supervisor. What a killed supervisor left running is ended first.
 *
 * @throws AlreadyRunning where another process has the instance
 */
export async function openSession(
  instance: Instance,
  { ports, say, fresh = false }: SessionOptions,
): Promise<Session> {
  await makeFolders(instance);
  const self = identify(process.pid) as ProcessIdentity;
  await withLock(join(instance.folder, 'lock'), () => claim(instance, self, say));
  if (fresh) await empty(instance);
  let state: State = { supervisor: self, processes: [] };
  let written = Promise.resolve();
  const update = (change: Partial<State>) => {
    state = { ...state, ...change };
    written = written.then(() => writeState(instance, state));
    return written;
  };
  const supervisor = new Supervisor({ say, changed: (processes) => update({ processes }) });
  const ending = new AbortController();
  const work: Promise<unknown>[] = [];
  process.once('exit', () => supervisor.kill());
  return {
    ...{ instance, supervisor, ports, say, signal: ending.signal },
    perform: (steps) => {
      const { done, settled } = showProgress(steps);
      work.push(settled);
      return done;
    },
    announce: (endpoints) => update({ endpoints }),
    close: async (dataIsWanted = true) => {
      ending.abort(new Error('everything is being stopped'));
      await endCommands();
      await supervisor.stop(dataIsWanted);
      await Promise.all([written, ...work]);
      await endContainers(instance, 0).catch(sayWhy(say));
      await removeState(instance);
    },
  };
}

async function empty(instance: Instance): Promise<void> {
  for (const folder of [instance.data, instance.secrets, instance.generated]) {
    await rm(folder, { recursive: true, force: true });
  }
  await makeFolders(instance);
}

/** What runs in an engine that does not answer now is ended by the next start that meets it. */
const sayWhy = (say: (message: string) => void) => (error: Error) =>
  say(`containers of the last run may still be there: ${error.message}`);

/**
 * Ends the processes and containers that a killed supervisor has left of an instance, unless another has
 * taken the instance over.
 *
 * @returns whether there were any
 * @throws Error where Docker does not answer, or does not remove them
 */
export async function endLeft(instance: Instance): Promise<boolean> {
  if (!existsSync(instance.folder)) return false;
  return withLock(join(instance.folder, 'lock'), async () => {
    if ((await readState(instance)) !== undefined) return false;
    const left = (await lastState(instance))?.processes ?? [];
    const processes = left.flatMap((leader) => sessionMembers(leader));
    await endLeftovers(left);
    const containers = await endContainers(instance, LEFTOVER_GRACE_S);
    await removeState(instance);
    return containers || processes.length > 0;
  });
}

async function claim(
  instance: Instance,
  self: ProcessIdentity,
  say: (message: string) => void,
): Promise<void> {
  const running = await readState(instance);
  if (running !== undefined) {
    throw new AlreadyRunning(
      `“${instance.name}” runs already, by process ${running.supervisor.pid}. End it by: npm stop`,
    );
  }
  const left = (await lastState(instance))?.processes ?? [];
  if (left.length > 0) say('the last run was killed; what it left behind is ended first');
  await endLeftovers(left);
  await endContainers(instance, LEFTOVER_GRACE_S).catch(sayWhy(say));
  await writeState(instance, { supervisor: self, processes: [] });
}
