import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { callEmpty } from '../src/cron.ts';
import { isAlive, ProviderBench, until } from './running-provider.ts';

const bench = new ProviderBench();

beforeAll(() => bench.build());
beforeEach(async () => {
  await bench.stop().catch(() => {});
  await bench.forget();
  await bench.start();
});
afterAll(() => bench.close());

const post = (service: string, envVars: Record<string, string>) =>
  bench.system('POST', 'functions', { service, image: 'probe', envVars });

test('a call just after a deployment waits for the first replica, and reaches none before it is ready', async () => {
  await post('slow-start', { INIT_MS: '500' });
  const calls = Array.from({ length: 20 }, () => bench.invoke('slow-start'));
  const statuses = (await Promise.all(calls)).map(({ status }) => status);
  expect(statuses).toEqual(Array(20).fill(200));
});

test('so does a timer’s call just after a deployment, and it is counted once', async () => {
  await post('slow-start', { INIT_MS: '500' });
  expect(await callEmpty(bench.url, 'slow-start')).toBe(200);
  expect((await bench.status('slow-start')).invocationCount).toBe(1);
  const metrics = await (await fetch(`${bench.url}/metrics`)).text();
  expect(metrics).toContain(
    'gateway_function_invocation_total{function_name="slow-start.openfaas-fn",code="200"} 1',
  );
});

test('so does one just after scaling from nothing, and one at nothing is refused at once', async () => {
  await bench.deploy('scaled');
  await bench.system('POST', 'scale-function/scaled', { replicas: 0 });
  const started = Date.now();
  expect((await bench.invoke('scaled')).status).toBe(503);
  expect(Date.now() - started).toBeLessThan(5_000);
  await bench.system('POST', 'scale-function/scaled', { replicas: 1 });
  expect((await bench.invoke('scaled')).status).toBe(200);
});

test('a call does not wait for what has failed to start, nor for a client that has left', async () => {
  const started = Date.now();
  await post('broken', { BROKEN: '1' });
  expect((await bench.invoke('broken')).status).toBe(503);
  await post('slow-start', { INIT_MS: '60000' });
  const left = bench.invoke('slow-start', { signal: AbortSignal.timeout(200) });
  await expect(left).rejects.toThrow(/timeout/);
  await until(async () => {
    const metrics = await (await fetch(`${bench.url}/metrics`)).text();
    return /invocation_total\{function_name="slow-start\.openfaas-fn",code="499"\} 1/.test(metrics);
  });
  expect(Date.now() - started).toBeLessThan(9_000);
});

test('a replica that says it is not ready is passed over until it is', async () => {
  const UNREADY = join(bench.folder, 'unready');
  const envVars = { UNREADY, ready_path: '/readiness', healthcheck_interval: '100ms' };
  await bench.deploy('moody', { envVars });
  const { pid } = await bench.echo('moody');
  writeFileSync(UNREADY, '');
  await until(async () => (await bench.invoke('moody')).status === 503);
  rmSync(UNREADY);
  await until(async () => (await bench.invoke('moody')).status === 200);
  expect((await bench.echo('moody')).pid).toBe(pid);
});

test('a redeploy loses no request', async () => {
  await bench.deploy('renewed', { envVars: { VERSION: '0' } });
  const failures: unknown[] = [];
  const versions = new Set<string | undefined>();
  let going = true;
  const client = async (path: string, init: RequestInit) => {
    while (going) {
      const response = await bench.invoke(path, init);
      const { version } = (await response.json()) as { version?: string };
      if (response.status !== 200) failures.push(response.status);
      versions.add(version);
    }
  };
  const clients = [
    client('renewed', { method: 'GET' }),
    client('renewed', { method: 'POST', body: 'x' }),
    client('renewed/slow?ms=300', { method: 'POST', body: 'x' }),
  ];
  for (const VERSION of ['1', '2', '3']) {
    const update = { service: 'renewed', image: 'probe', envVars: { VERSION } };
    expect((await bench.system('PUT', 'functions', update)).status).toBe(202);
    await until(async () => (await bench.echo('renewed')).version === VERSION);
  }
  going = false;
  await Promise.all(clients);
  expect(failures).toEqual([]);
  expect([...versions].sort()).toEqual(['0', '1', '2', '3']);
});

test('a deployment that never becomes ready leaves the old one in service', async () => {
  await bench.deploy('kept', { envVars: { VERSION: 'good' } });
  const broken = { service: 'kept', image: 'probe', envVars: { VERSION: 'bad', BROKEN: '1' } };
  await bench.system('PUT', 'functions', broken);
  await sleep(1_000);
  expect((await bench.echo('kept')).version).toBe('good');
  const mended = { service: 'kept', image: 'probe', envVars: { VERSION: 'better' } };
  await bench.system('PUT', 'functions', mended);
  await until(async () => (await bench.echo('kept')).version === 'better');
});

test('a killed replica is replaced while the other serves', async () => {
  await bench.deploy('twins', { labels: { 'com.openfaas.scale.min': '2' } }, 2);
  const { pid } = await bench.echo('twins');
  process.kill(pid, 'SIGKILL');
  const answers = await Promise.all(Array.from({ length: 10 }, () => bench.invoke('twins')));
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
  await bench.available('twins', 2);
});

test('SIGTERM answers what is in flight, ends all replicas and exits 0', async () => {
  await bench.deploy('drained', { envVars: { VERSION: 'x' } });
  const { pid } = await bench.echo('drained');
  const pending = bench.invoke('drained/slow?ms=500');
  await until(async () => (await bench.status('drained')).invocationCount === 2);
  const started = Date.now();
  const code = bench.stop();
  expect((await pending).status).toBe(200);
  expect(await code).toBe(0);
  expect(Date.now() - started).toBeLessThan(5_000);
  expect(isAlive(pid)).toBe(false);
});

test('what was deployed is deployed again after a restart, secrets too', async () => {
  await bench.system('POST', 'secrets', { name: 'lasting', value: 'v' });
  await bench.deploy('lasting', { secrets: ['lasting'], envVars: { VERSION: 'y' } });
  await bench.system('POST', 'scale-function/lasting', { replicas: 2 });
  await bench.stop();
  await bench.start();
  await bench.available('lasting', 2);
  expect((await bench.echo('lasting')).version).toBe('y');
  expect(await (await bench.invoke('lasting/secrets')).json()).toEqual({ lasting: 'v' });
});

test('after a restart the first request is answered, not refused', async () => {
  await bench.deploy('prompt', { envVars: { INIT_MS: '500' } });
  await bench.stop('SIGKILL');
  await bench.start();
  expect((await bench.invoke('prompt')).status).toBe(200);
});

test('replicas of a provider that was killed end by themselves', async () => {
  await bench.deploy('orphaned');
  const { pid } = await bench.echo('orphaned');
  await bench.stop('SIGKILL');
  await until(() => !isAlive(pid));
});

test('a function that hangs before it listens can still be replaced and taken away', async () => {
  const hanging = { service: 'hanging', image: 'probe', envVars: { HANG: '1' } };
  await bench.system('POST', 'functions', hanging);
  await sleep(500);
  const mended = { service: 'hanging', image: 'probe' };
  await bench.system('PUT', 'functions', mended);
  await bench.available('hanging', 1);
  await bench.system('PUT', 'functions', hanging);
  await sleep(500);
  expect(await bench.stop()).toBe(0);
});
