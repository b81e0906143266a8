import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { migrate } from '@movie-rental/mysql';
import { eventually } from '@movie-rental/testkit';
import { connect } from 'amqplib';
import { Kafka, logLevel } from 'kafkajs';
import { createConnection } from 'mysql2/promise';
import { PREFERRED_PORTS } from '../instance/ports.ts';
import { findEngine, HOST_NAME } from '../packages/container-engine.ts';
import { IMAGES } from '../packages/container-images.ts';
import { ROOT } from '../paths.ts';
import { ContainerBench, containersOf } from './container-bench.ts';
import { startKafka } from './kafka/server.ts';
import { startMysql } from './mysql/server.ts';
import { startNginx } from './nginx/server.ts';
import { startRabbitmq } from './rabbitmq/server.ts';

const execute = promisify(execFile);
let bench: ContainerBench;
const servers: Server[] = [];

beforeEach(async () => {
  bench = new ContainerBench();
  await bench.open();
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await bench.close();
  expect(await containersOf(bench.instance)).toEqual([]);
}, 60_000);

/** Runs a statement as the application's user. */
async function query(url: string, sql: string): Promise<unknown> {
  const connection = await createConnection(url);
  return connection
    .query(sql)
    .then(([result]) => result)
    .finally(() => connection.end());
}

test('MySQL takes the schema, and has its rows again after a stop and a start', async () => {
  const { url } = await startMysql(bench.surroundings());
  await migrate(url, join(ROOT, 'db', 'migrations'));
  await query(
    url,
    "INSERT INTO movie (name, genre, length_minutes) VALUES ('Alien', 'Horror', 117)",
  );
  await bench.stop();
  expect(await containersOf(bench.instance)).toEqual([]);
  const again = await startMysql(bench.surroundings());
  expect(await query(again.url, 'SELECT name FROM movie')).toEqual([{ name: 'Alien' }]);
  expect(await query(again.url, 'SELECT @@time_zone AS zone')).toEqual([{ zone: '+00:00' }]);
}, 120_000);

test('Kafka gives after a stop and a start what was produced before', async () => {
  const client = ({ brokers }: { brokers: string }) =>
    new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
  const before = client(await startKafka(bench.surroundings()));
  const admin = before.admin();
  await admin.createTopics({ topics: [{ topic: 'movies' }] });
  await admin.disconnect();
  const producer = before.producer();
  await producer.connect();
  await producer.send({ topic: 'movies', messages: [{ key: '1', value: 'Alien' }] });
  await producer.disconnect();
  await bench.stop();
  const consumer = client(await startKafka(bench.surroundings())).consumer({ groupId: 'test' });
  const values: (string | undefined)[] = [];
  await eventually(() => consumer.connect().then(() => true));
  await consumer.subscribe({ topic: 'movies', fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => void values.push(message.value?.toString()),
  });
  await eventually(() => values.length > 0, { timeoutMs: 30_000 });
  await consumer.disconnect();
  expect(values).toEqual(['Alien']);
}, 120_000);

test('RabbitMQ keeps a message of a quorum queue over a stop and a start', async () => {
  const { url } = await startRabbitmq(bench.surroundings());
  const before = await connect(url);
  const channel = await before.createConfirmChannel();
  await channel.assertQueue('mails', { arguments: { 'x-queue-type': 'quorum' } });
  channel.sendToQueue('mails', Buffer.from('Alien'), { persistent: true });
  await channel.waitForConfirms();
  await before.close();
  await bench.stop();
  const after = await connect((await startRabbitmq(bench.surroundings())).url);
  const consuming = await after.createChannel();
  const message = await eventually(async () => (await consuming.get('mails')) || undefined);
  expect(message.content.toString()).toBe('Alien');
  await after.close();
}, 120_000);

/** A gateway that names the path it was asked for. @param host the addresses that it listens on */
async function gateway(host: string): Promise<string> {
  const server = createServer((request, response) => response.end(request.url)).listen(0, host);
  servers.push(server);
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('Nginx reaches a gateway that listens on 127.0.0.1 of this machine', async () => {
  const url = await startNginx(bench.surroundings(), [await gateway('127.0.0.1')]);
  const response = await fetch(`${url}/api/movies/7`);
  expect(await response.text()).toBe('/function/movie-crud/movies/7');
});

test('where the engine has another network, Nginx reaches the machine by its name', async () => {
  const engine = await findEngine();
  if (engine === undefined) throw new Error('there is no engine');
  const nginx = { engine: { ...engine, loopback: HOST_NAME }, image: IMAGES.nginx } as const;
  const url = await startNginx(bench.surroundings(), [await gateway('0.0.0.0')], {
    software: nginx,
  });
  const response = await fetch(`${url}/api/movies/7`);
  expect(await response.text()).toBe('/function/movie-crud/movies/7');
});

test('a container is replaced when it ends, and when only what runs it is killed', async () => {
  const url = await startNginx(bench.surroundings(), ['127.0.0.1:1']);
  const idOf = async () => {
    const [name = ''] = await containersOf(bench.instance);
    return (await execute('docker', ['inspect', '--format', '{{.Id}}', name])).stdout;
  };
  const first = await idOf();
  await execute('docker', ['kill', first.trim()]);
  const second = await eventually(async () => (await idOf()) !== first && (await idOf()));
  const { stdout } = await execute('pgrep', ['-f', `docker run .*${bench.instance.folder}`]);
  process.kill(Number(stdout.split('\n')[0]), 'SIGKILL');
  const third = await eventually(async () => (await idOf()) !== second && (await idOf()));
  expect(new Set([first, second, third]).size).toBe(3);
  expect((await eventually(() => fetch(`${url}/healthz`))).status).toBe(200);
});

test('a port that is taken is replaced', async () => {
  const other = createServer().listen(PREFERRED_PORTS.nginx, '127.0.0.1');
  servers.push(other);
  // Where another program has it already, it is taken as well.
  await once(other, 'listening').catch(() => undefined);
  const url = await startNginx(bench.surroundings('preferred'), ['127.0.0.1:1']);
  expect(new URL(url).port).not.toBe(String(PREFERRED_PORTS.nginx));
  expect(bench.said).toEqual([
    expect.stringMatching(`port ${PREFERRED_PORTS.nginx} is taken: nginx listens on`),
  ]);
});
