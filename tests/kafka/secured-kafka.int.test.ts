import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type ConnectorProcess,
  freePort,
  type HealthClient,
  healthClient,
  startConnector,
} from '@movie-rental/connector-kit/testing';
import { movieEventData } from '@movie-rental/contracts/testing';
import { appendEvents } from '@movie-rental/mysql';
import { eventually, type TestDatabase, testDatabase, testTopic } from '@movie-rental/testkit';
import { kafkaSoftware } from '../../local/src/servers/kafka.ts';
import { type SecuredBroker, startSecuredBroker } from './secured-broker.ts';

let db: TestDatabase;
let broker: SecuredBroker;
let secrets: string;
let topic: string;
const started: ConnectorProcess[] = [];

beforeAll(async () => {
  const software = await kafkaSoftware();
  [db, broker] = await Promise.all([testDatabase(), startSecuredBroker(software)]);
}, 90_000);
beforeEach(async () => {
  topic = testTopic();
  secrets = await mkdtemp(join(tmpdir(), 'secrets-'));
});
afterEach(async () => {
  for (const process of started) process.signal('SIGKILL');
  await Promise.all(started.splice(0).map((process) => process.ended));
  await rm(secrets, { recursive: true });
});
afterAll(async () => {
  await broker?.stop();
  await db?.drop();
});

interface Started {
  process: ConnectorProcess;
  health: HealthClient;
}

/** Starts a connector that signs in with what is right, unless the environment says otherwise. */
async function start(name: string, env: Record<string, string> = {}): Promise<Started> {
  const port = await freePort();
  const process = startConnector(name, {
    MYSQL_URL: db.url,
    RABBITMQ_URL: 'amqp://nowhere.invalid',
    AGGREGATES: 'movie',
    KAFKA_BROKERS: broker.brokers,
    KAFKA_TLS: 'true',
    KAFKA_SASL_MECHANISM: 'scram-sha-512',
    KAFKA_USERNAME: broker.username,
    KAFKA_PASSWORD: broker.password,
    NODE_EXTRA_CA_CERTS: broker.authority,
    MOVIES_TOPIC: topic,
    KAFKA_GROUP_ID: topic,
    HEALTH_PORT: String(port),
    secret_mount_path: secrets,
    ...env,
  });
  started.push(process);
  return { process, health: healthClient(port) };
}

describe('a broker that asks for TLS and a password', () => {
  test('is published to and consumed from by whoever signs in', async () => {
    await writeFile(join(secrets, 'kafka-password'), `${broker.password}\n`);
    const relay = await start('outbox-relay', { KAFKA_PASSWORD: 'the file comes before it' });
    await start('kafka-bridge', { KAFKA_SASL_MECHANISM: 'scram-sha-256' });
    await db.database.transaction((tx) =>
      appendEvents(
        tx,
        [
          {
            type: 'movie.added',
            aggregate: 'movie',
            aggregateId: 1,
            data: movieEventData({ id: 1 }),
          },
        ],
        {},
      ),
    );
    const cached = () => db.database.first('SELECT name FROM movies_cache WHERE id = 1');
    expect(await eventually(cached, { timeoutMs: 25_000 })).toEqual({ name: 'Alien' });
    expect(relay.process.output()).not.toContain(broker.password);
  }, 40_000);

  test('takes a password that is sent as it is, too', async () => {
    const relay = await start('outbox-relay', { KAFKA_SASL_MECHANISM: 'plain' });
    await relay.process.ready;
    await eventually(async () => (await relay.health.status('/readyz')) === 200);
  });

  test.each([
    ['a wrong password', { KAFKA_PASSWORD: 'wrong' }, /SASL SCRAM SHA512 authentication failed/],
    ['an authority that is not known', { NODE_EXTRA_CA_CERTS: '' }, /self-signed certificate/],
  ])(
    'lets no one in by %s, who says why and goes on trying',
    async (_, env, reason) => {
      const both = [await start('outbox-relay', env), await start('kafka-bridge', env)];
      for (const { process, health } of both) {
        const tries = () =>
          process
            .output()
            .split('\n')
            .filter((line) => reason.test(line));
        await eventually(() => tries().length > 4, { timeoutMs: 25_000 });
        expect(await health.status('/healthz')).toBe(200);
        expect((await health.get('/readyz')).text).toMatch(/^(movie: broker_down|connecting)$/m);
        expect(process.output()).not.toContain('"ready"');
      }
    },
    60_000,
  );
});
