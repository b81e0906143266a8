import { existsSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endLeft, openSession, type Session } from '../bringup/session.ts';
import { bringUpStack } from '../bringup/stack.ts';
import { type Instance, instanceOf, writePrivate } from '../instance/instance.ts';
import { lastState } from '../instance/state.ts';
import { namesIn } from '../packages/tree.ts';
import { LOCAL } from '../paths.ts';
import { identify, isAlive } from '../process/identity.ts';

/** Holds the logs of the last test run that failed. */
export const FAILED_LOGS = join(LOCAL, 'failed-test-logs');

const NAME = /^test-\d+$/;

/** A system of a test run's own: its own ports, its own data, gone when the run is over. */
export type TestInstance = {
  readonly session: Session;
  /** Brings the system up and gives the variables by which tests find it. */
  bringUp(): Promise<{ TEST_SERVERS: string; TEST_STACK: string }>;
  /**
   * Ends everything and deletes the data.
   *
   * @param failed keeps the logs, where `FAILED_LOGS` says
   */
  remove(failed: boolean): Promise<void>;
};

/** Makes the instance of this process' test run; starts nothing yet. */
export async function openTestInstance(): Promise<TestInstance> {
  await removeAbandoned();
  const instance = instanceOf(`test-${process.pid}`);
  const session = await openSession(instance, { ports: 'free', say: console.error });
  return {
    session,
    bringUp: async () => {
      // All tests come from one address, and most of them register somebody.
      process.env.REGISTRATIONS_PER_ADDRESS = '1000000';
      const { endpoints, mysqlRootUrl } = await bringUpStack(session, {});
      const { mysql, kafka, rabbitmq } = endpoints;
      const servers = { mysql: { url: mysqlRootUrl ?? mysql.url }, kafka, rabbitmq };
      const TEST_SERVERS = join(instance.folder, 'servers.json');
      const TEST_STACK = join(instance.folder, 'stack.json');
      await writePrivate(TEST_SERVERS, JSON.stringify(servers));
      await writePrivate(TEST_STACK, JSON.stringify(endpoints));
      return { TEST_SERVERS, TEST_STACK };
    },
    remove: async (failed) => {
      await session.close(false);
      if (failed) await keepLogs(instance);
      await rm(instance.folder, { recursive: true, force: true });
    },
  };
}

async function keepLogs({ logs, data }: Instance): Promise<void> {
  await rm(FAILED_LOGS, { recursive: true, force: true });
  await cp(logs, FAILED_LOGS, { recursive: true });
  const functions = join(data, 'provider', 'logs');
  if (existsSync(functions)) await cp(functions, FAILED_LOGS, { recursive: true });
}

/** Test runs that were killed could not clean up after themselves. */
async function removeAbandoned(): Promise<void> {
  for (const name of (await namesIn(LOCAL)).filter((entry) => NAME.test(entry))) {
    const instance = instanceOf(name);
    const state = await lastState(instance);
    const maker = state?.supervisor ?? identify(Number(name.slice('test-'.length)));
    if (maker !== undefined && isAlive(maker)) continue;
    // What Docker does not let go of now stays for the next run.
    await endLeft(instance).then(
      () => rm(instance.folder, { recursive: true, force: true }),
      (error: Error) => console.error(error.message),
    );
  }
}
