import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Request, underLoad } from './clients.ts';
import { residentBytes } from './memory.ts';
import { ProviderBench, until } from './running-provider.ts';

const bench = new ProviderBench();
const TWINS = { labels: { 'com.openfaas.scale.min': '2' } };

beforeAll(async () => {
  await bench.build();
  await bench.start();
});
afterAll(() => bench.close());

/** The processes that serve a function. */
async function pidsOf(name: string, replicas: number): Promise<number[]> {
  const pids = new Set<number>();
  await until(async () => pids.add((await bench.echo(name)).pid).size === replicas);
  return [...pids];
}

const reads = (name: string): Request[] => [
  [name],
  [`${name}/slow?ms=50`],
  [name, { method: 'PUT' }],
  [name, { method: 'DELETE' }],
];
const writes = (name: string): Request[] => [
  [name, { method: 'POST', body: 'x' }],
  [`${name}/slow?ms=100`, { method: 'POST', body: 'x' }],
];

test('scaling up and down loses no request, whatever its method', async () => {
  await bench.deploy('scaled');
  const { failures, answered } = await underLoad(
    bench,
    [...reads('scaled'), ...writes('scaled')],
    async () => {
      for (const replicas of [3, 1, 2, 1]) {
        await bench.system('POST', 'scale-function/scaled', { replicas });
        await bench.available('scaled', replicas);
        await sleep(100);
      }
    },
  );
  expect(failures).toEqual([]);
  expect(answered).toBeGreaterThan(100);
});

test('replicas that crash cost no idempotent request', async () => {
  await bench.deploy('crashing', TWINS, 2);
  const { failures, answered } = await underLoad(bench, reads('crashing'), async () => {
    for (const pid of await pidsOf('crashing', 2)) {
      process.kill(pid, 'SIGKILL');
      await until(async () => !(await pidsOf('crashing', 2)).includes(pid));
    }
  });
  expect(failures).toEqual([]);
  expect(answered).toBeGreaterThan(50);
});

test('what a replica dies of in the middle: a GET is tried on another, a POST is 502 and not', async () => {
  const file = join(bench.folder, 'record');
  writeFileSync(file, '');
  await bench.deploy('recording', { ...TWINS, envVars: { RECORD: file } }, 2);
  const [victim = 0] = await pidsOf('recording', 2);
  const send = (method: string) =>
    Array.from({ length: 10 }, async (_value, index) => {
      const id = `${method}-${index}`;
      const { status } = await bench.invoke(`recording/record?id=${id}`, { method });
      return { id, status };
    });
  const pending = [...send('GET'), ...send('POST')];
  const record = () => readFileSync(file, 'utf8').trim().split('\n');
  await until(() => record().length === pending.length);
  process.kill(victim, 'SIGKILL');
  for (const { id, status } of await Promise.all(pending)) {
    const runs = record().filter((line) => line.startsWith(`${id} `));
    const wasHit = runs.includes(`${id} ${victim}`);
    const isPost = id.startsWith('POST');
    expect({ id, status }).toEqual({ id, status: isPost && wasHit ? 502 : 200 });
    expect(runs).toHaveLength(!isPost && wasHit ? 2 : 1);
  }
  expect(record().filter((line) => line.endsWith(` ${victim}`)).length).toBeGreaterThan(5);
});

test('a replica that hangs is replaced, and what it owed is had from another', async () => {
  const envVars = { healthcheck_interval: '200ms', exec_timeout: '20s' };
  await bench.deploy('hanging', { ...TWINS, envVars }, 2);
  const before = await pidsOf('hanging', 2);
  const stuck = bench.invoke('hanging/hang', { method: 'POST' });
  expect((await stuck).status).toBe(502);
  await bench.available('hanging', 2);
  const after = await pidsOf('hanging', 2);
  expect(after.filter((pid) => before.includes(pid))).toHaveLength(1);
  const logs = await (await bench.system('GET', 'logs?name=hanging')).text();
  expect(logs).toMatch(/ready.*\n.*ready.*\n.*ready/);
});

test('a client that does not read holds no one up, nor does it fill the memory', async () => {
  await bench.deploy('read-slowly');
  const { pid: replica } = await bench.echo('read-slowly');
  const provider = bench.process.pid ?? 0;
  const before = [provider, replica].map(residentBytes);
  const { hostname, port } = new URL(bench.url);
  const sockets = Array.from({ length: 10 }, () => connect(Number(port), hostname));
  for (const socket of sockets) {
    socket.pause();
    socket.write('GET /function/read-slowly/endless HTTP/1.1\r\nHost: h\r\n\r\n');
  }
  await until(async () => (await bench.status('read-slowly')).invocationCount > 10);
  const started = Date.now();
  for (let call = 0; call < 100; call += 1) {
    expect((await bench.invoke('read-slowly')).status).toBe(200);
  }
  expect(Date.now() - started).toBeLessThan(5_000);
  for (const [index, process] of [provider, replica].entries()) {
    expect(residentBytes(process) - (before[index] ?? 0)).toBeLessThan(150 * 1_048_576);
  }
  for (const socket of sockets) socket.destroy();
});
