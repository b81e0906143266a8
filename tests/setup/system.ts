import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withDatabase } from '@movie-rental/mysql';
import { testServers, testTopic, testVhost } from '@movie-rental/testkit';
import { Kafka } from 'kafkajs';
import { startServers } from '../../local/src/bringup/servers.ts';
import { endLeft, openSession, type Session } from '../../local/src/bringup/session.ts';
import { bringUpStack } from '../../local/src/bringup/stack.ts';
import { onStopSignals } from '../../local/src/bringup/supervise.ts';
import { instanceOf, writePrivate } from '../../local/src/instance/instance.ts';
import { lastState } from '../../local/src/instance/state.ts';
import { namesIn } from '../../local/src/packages/tree.ts';
import { LOCAL } from '../../local/src/paths.ts';
import { identify, isAlive } from '../../local/src/process/identity.ts';
import { cleanEnvironment } from '../../local/src/process/run.ts';

/** Holds the logs of the last test run that failed. */
const FAILED_LOGS = join(LOCAL, 'failed-test-logs');
const NAME = /^test-\d+$/;

let session: Session | undefined;
let removing: Promise<void> | undefined;
let servers: Promise<void> | undefined;
/** Remove from the user's own servers what this run has made there. */
const undo: (() => Promise<unknown>)[] = [];

/**
 * Starts the servers that no TEST_ variable names, and says by TEST_SERVERS where they are; once in a run, and
 * not at all if the environment says where they are already.
 */
export async function startTestServers(): Promise<void> {
  if (servers === undefined && process.env.TEST_SERVERS) return;
  servers ??= orRemove(bringUpServers);
  await servers;
}

/** Starts the whole system on the test servers, and says by TEST_STACK where it is, unless that is set. */
export async function startTestStack(): Promise<void> {
  if (process.env.TEST_STACK) return;
  await startTestServers();
  await orRemove(bringUpSystem);
}

/** Ends everything and deletes its data; the logs of a failed run are kept. */
export function removeTestSystem(failed: boolean): Promise<void> {
  removing ??= remove(failed);
  return removing;
}

async function orRemove(work: (session: Session) => Promise<void>): Promise<void> {
  try {
    session ??= await open();
    await work(session);
  } catch (error) {
    await removeTestSystem(true);
    throw error;
  }
}

async function open(): Promise<Session> {
  await removeAbandoned();
  const clean = cleanEnvironment();
  for (const name of Object.keys(process.env)) if (!(name in clean)) delete process.env[name];
  const instance = instanceOf(`test-${process.pid}`);
  const opened = await openSession(instance, { ports: 'free', say: console.error });
  onStopSignals(
    () => {
      console.error('Stopping …');
      void removeTestSystem(true).finally(() => process.exit(130));
    },
    () => {
      opened.supervisor.kill();
      process.exit(130);
    },
  );
  return opened;
}

async function bringUpServers(context: Session): Promise<void> {
  const { TEST_MYSQL_URL, TEST_KAFKA_BROKERS, TEST_RABBITMQ_URL, TEST_RABBITMQ_MANAGEMENT_URL } =
    process.env;
  if (TEST_RABBITMQ_URL && !TEST_RABBITMQ_MANAGEMENT_URL) {
    throw new Error('TEST_RABBITMQ_URL needs TEST_RABBITMQ_MANAGEMENT_URL, to make virtual hosts');
  }
  const found = await context.perform(async (step) => {
    const { mysql, kafka, rabbitmq } = startServers(step, context, {
      ...(TEST_MYSQL_URL && { MYSQL_URL: TEST_MYSQL_URL }),
      ...(TEST_KAFKA_BROKERS && { KAFKA_BROKERS: TEST_KAFKA_BROKERS }),
      ...(TEST_RABBITMQ_URL && { RABBITMQ_URL: TEST_RABBITMQ_URL }),
    });
    const { url, rootUrl } = await mysql;
    return { mysql: { url: rootUrl ?? url }, kafka: await kafka, rabbitmq: await rabbitmq };
  });
  const management = TEST_RABBITMQ_URL && TEST_RABBITMQ_MANAGEMENT_URL?.replace(/\/$/, '');
  const rabbitmq = { ...found.rabbitmq, ...(management && { management }) };
  await tell('TEST_SERVERS', context, { ...found, rabbitmq });
}

/** A database, a virtual host and a topic of this system alone, so that any servers can be used. */
async function bringUpSystem(context: Session): Promise<void> {
  const { mysql, kafka } = testServers();
  const database = `test_${randomBytes(6).toString('hex')}`;
  const mysqlUrl = new URL(mysql.url);
  mysqlUrl.pathname = `/${database}`;
  const vhost = await testVhost();
  const topic = testTopic();
  if (process.env.TEST_MYSQL_URL) {
    undo.push(() => withDatabase(mysqlUrl.href, (db) => db.run(`DROP DATABASE ${database}`)));
  }
  if (process.env.TEST_KAFKA_BROKERS) undo.push(() => deleteTopic(kafka.brokers, topic));
  if (process.env.TEST_RABBITMQ_URL) undo.push(vhost.drop);
  // All tests come from one address, and most of them register someone.
  const settings = { REGISTRATIONS_PER_ADDRESS: '1000000', MOVIES_TOPIC: topic };
  Object.assign(process.env, settings);
  const externals = { MYSQL_URL: mysqlUrl.href, KAFKA_BROKERS: kafka.brokers };
  const { endpoints } = await bringUpStack(context, { ...externals, RABBITMQ_URL: vhost.url });
  for (const name of Object.keys(settings)) delete process.env[name];
  process.env.TEST_MOVIES_TOPIC = topic;
  await tell('TEST_STACK', context, endpoints);
}

async function deleteTopic(brokers: string, topic: string): Promise<void> {
  const admin = new Kafka({ brokers: brokers.split(','), logLevel: 0 }).admin();
  await admin.connect();
  const topics = await admin.listTopics();
  if (topics.includes(topic)) await admin.deleteTopics({ topics: [topic] });
  await admin.disconnect();
}

/** Workers inherit the environment of this process. */
async function tell(variable: string, { instance }: Session, content: object): Promise<void> {
  const file = join(instance.folder, `${variable.toLowerCase()}.json`);
  await writePrivate(file, JSON.stringify(content));
  process.env[variable] = file;
}

async function remove(failed: boolean): Promise<void> {
  if (session === undefined) return;
  const { folder, logs, data } = session.instance;
  await session.close(false);
  for (const each of undo.reverse()) await each().catch((error) => console.error(error));
  if (failed) {
    await rm(FAILED_LOGS, { recursive: true, force: true });
    for (const from of [logs, join(data, 'provider', 'logs')]) {
      if (existsSync(from)) await cp(from, FAILED_LOGS, { recursive: true });
    }
    console.error(`The logs of this run are in ${FAILED_LOGS}`);
  }
  await rm(folder, { recursive: true, force: true });
}

/** A test run that was killed could not clean up after itself. */
async function removeAbandoned(): Promise<void> {
  for (const name of (await namesIn(LOCAL)).filter((entry) => NAME.test(entry))) {
    const instance = instanceOf(name);
    const state = await lastState(instance);
    const maker = state?.supervisor ?? identify(Number(name.slice('test-'.length)));
    if (maker !== undefined && isAlive(maker)) continue;
    await endLeft(instance);
    await rm(instance.folder, { recursive: true, force: true });
  }
}
