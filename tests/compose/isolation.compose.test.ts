import { beforeAll, expect, test } from '@jest/globals';
import { replicas } from './support/compose-project.ts';
import { addressOf, docker } from './support/docker.ts';
import { bringUpWithGateways, START_MS } from './support/system.ts';

beforeAll(bringUpWithGateways, START_MS);

const CONNECT = `const [host, port] = process.argv.slice(1);
const socket = require('node:net').connect({ host, port, timeout: 3000 });
const end = (what) => { console.log(what); process.exit(); };
socket.on('connect', () => end('reached')).on('error', () => end('not reached')).on('timeout', () => end('not reached'));`;

/** Whether a container can open a connection. */
function connecting(container: string, host: string, port: number): Promise<string> {
  return docker(['exec', container, 'node', '-e', CONNECT, host, String(port)]);
}

test('a function reaches the database, and no broker and no gateway of OpenFaaS', async () => {
  const [container = ''] = await replicas('rental-crud');
  expect(await connecting(container, 'mysql', 3306)).toBe('reached');
  for (const [host, port] of [
    ['kafka', 9092],
    ['rabbitmq', 5672],
    ['gateway-1', 8080],
  ] as const) {
    expect(await connecting(container, host, port)).toBe('not reached');
  }
});

test('a connector that calls no one has no way out', async () => {
  const relay = 'movie-rental-outbox-relay-1';
  expect(await connecting(relay, 'kafka', 9092)).toBe('reached');
  expect(await connecting(relay, 'gateway-1', 8080)).toBe('not reached');
  const address = await addressOf('movie-rental-gateway-1-1', 'movie-rental-platform');
  expect(await connecting(relay, address, 8080)).toBe('not reached');
});

test('the edge reaches the gateways, no database and no broker', async () => {
  const reach = (url: string) =>
    docker(['exec', 'movie-rental-nginx-1', 'curl', '--silent', '--max-time', '3', url]).then(
      () => 'reached',
      () => 'not reached',
    );
  expect(await reach('http://gateway-1:8080/healthz')).toBe('reached');
  for (const url of ['http://mysql:3306', 'http://kafka:9092', 'http://rabbitmq:15672']) {
    expect(await reach(url)).toBe('not reached');
  }
});

test('no function may write but to /tmp, nor is it root', async () => {
  const [container = ''] = await replicas('movie-crud');
  const run = (script: string) => docker(['exec', container, 'sh', '-c', script]);
  expect(await run('id -u')).toBe('1000');
  expect(await run('touch /tmp/x && echo written')).toBe('written');
  await expect(run('touch /home/app/x')).rejects.toThrow(/Read-only file system/);
});
