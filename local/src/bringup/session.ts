import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { randomSecret } from '@movie-rental/jobs/keys';
import { type Instance, makeFolders } from '../instance/instance.ts';
import { type Endpoints, lastState, readState, type State, writeState } from '../instance/state.ts';
import { identify, type ProcessIdentity, requireLinux } from '../process/identity.ts';
import { endLeftovers, sessionMembers } from '../process/leftovers.ts';
import { withLock } from '../process/lock.ts';
import { endCommands } from '../process/run.ts';
import { Supervisor } from '../process/supervisor.ts';
import type { Context } from '../servers/server.ts';
import { serveControl } from './control.ts';
import { type Step, showProgress } from './progress.ts';

/** How an instance is to run. */
type SessionOptions = Pick<Context, 'ports' | 'say'> & {
  /** Begins with empty data and new secrets. */
  readonly fresh?: boolean;
};

/** An instance that this process runs. */
export type Session = Context & {
  /** Aborted when the instance is being stopped. */
  readonly signal: AbortSignal;
  /** Does the steps of a plan and shows how they get on; throws what the first step that fails throws. */
  perform<Result>(plan: (step: Step) => Promise<Result>): Promise<Result>;
  /** Makes the endpoints known to other commands: the instance is ready. */
  announce(endpoints: Endpoints): Promise<void>;
  /**
   * Ends all processes in order and releases the instance.
   *
   * @param dataIsWanted false: servers may be killed
   */
  close(dataIsWanted?: boolean): Promise<void>;
};

/**
 * Makes this process the instance's supervisor. Whatever a killed supervisor left running is ended first.
 *
 * @throws Error if another process runs the instance
 */
export async function openSession(
  instance: Instance,
  { ports, say, fresh = false }: SessionOptions,
): Promise<Session> {
  requireLinux();
  await makeFolders(instance);
  let state: State = { supervisor: identify(process.pid) as ProcessIdentity, processes: [] };
  await withLock(join(instance.folder, 'lock'), () => claim(instance, state, say));
  if (fresh) {
    const { data, secrets, generated } = instance;
    for (const folder of [data, secrets, generated]) await rm(folder, { recursive: true });
    await makeFolders(instance);
  }
  let written = Promise.resolve();
  const update = (change: Partial<State>) => {
    state = { ...state, ...change };
    written = written.catch(() => undefined).then(() => writeState(instance, state));
    return written;
  };
  const supervisor = new Supervisor({ say, changed: (processes) => update({ processes }) });
  process.once('exit', () => supervisor.kill());
  const token = randomSecret();
  const stop = () => void process.kill(process.pid, 'SIGTERM');
  const socket = await serveControl(instance, token, supervisor, stop).catch((error: Error) => {
    // Some file systems hold no sockets.
    say(`npm run part will not work, since there is no control socket: ${error.message}`);
  });
  if (socket !== undefined) await update({ token });
  const ending = new AbortController();
  const work: Promise<unknown>[] = [];
  return {
    ...{ instance, supervisor, ports, say, signal: ending.signal },
    perform: (plan) => {
      const { done, settled } = showProgress(plan);
      work.push(settled);
      return done;
    },
    announce: (endpoints) => update({ endpoints }),
    close: async (dataIsWanted = true) => {
      ending.abort(new Error('everything is being stopped'));
      await endCommands();
      await supervisor.stop(dataIsWanted);
      await Promise.all([written, ...work]);
      await socket?.close();
      await rm(instance.stateFile, { force: true });
    },
  };
}

async function claim(instance: Instance, state: State, say: Context['say']): Promise<void> {
  const pid = (await readState(instance))?.supervisor.pid;
  if (pid !== undefined) {
    const { name } = instance;
    throw new Error(`“${name}” is already running, by process ${pid}. End it by: npm stop`);
  }
  const left = (await lastState(instance))?.processes ?? [];
  if (left.length > 0) say('the last run was killed; what it left running is ended first');
  await endLeftovers(left);
  await writeState(instance, state);
}

/**
 * Ends the processes that a killed supervisor has left running, unless another one has taken over.
 *
 * @returns whether there were any
 */
export async function endLeft(instance: Instance): Promise<boolean> {
  if (!existsSync(instance.folder)) return false;
  return withLock(join(instance.folder, 'lock'), async () => {
    if ((await readState(instance)) !== undefined) return false;
    const left = (await lastState(instance))?.processes ?? [];
    const processes = left.flatMap((leader) => sessionMembers(leader));
    await endLeftovers(left);
    await rm(instance.stateFile, { force: true });
    return processes.length > 0;
  });
}
