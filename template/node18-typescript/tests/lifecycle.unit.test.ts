import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FunctionBench, until } from './running-function.ts';

const bench = new FunctionBench();

beforeAll(() => bench.bundle('lifecycle'));
afterAll(() => bench.close());

const file = (name: string) => join(bench.folder, name);

test('is not ready before init has ended, and alive all the while', async () => {
  const env = { GATE: file('gate-1'), CLOSED: file('closed-1') };
  const { url } = await bench.start('lifecycle', env, { ready: false });
  expect((await fetch(`${url}/_/ready`)).status).toBe(503);
  expect((await fetch(`${url}/`)).status).toBe(503);
  expect((await fetch(`${url}/_/health`)).status).toBe(200);
  writeFileSync(env.GATE, '');
  await until(async () => (await fetch(`${url}/_/ready`)).ok);
  expect(await (await fetch(url)).text()).toBe('done');
});

test('an init that fails ends the process with 1 and a line that says why', async () => {
  const { exited, stderr } = await bench.start('lifecycle', { GATE: 'throw' }, { ready: false });
  expect(await exited).toBe(1);
  expect(stderr()).toMatch(/could not start.*no database/);
});

test('SIGTERM: unready at once, serves for healthcheck_interval, answers all, closes, exits 0', async () => {
  const env = { GATE: file('gate-2'), CLOSED: file('closed-2'), healthcheck_interval: '400ms' };
  writeFileSync(env.GATE, '');
  const { url, child, exited } = await bench.start('lifecycle', env);
  const before = fetch(url);
  child.kill('SIGTERM');
  await until(async () => (await fetch(`${url}/_/ready`)).status === 503);
  const during = fetch(url);
  for (const response of await Promise.all([before, during])) {
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('done');
  }
  expect(await exited).toBe(0);
  expect(readFileSync(env.CLOSED, 'utf8')).toBe('closed\n');
  await expect(fetch(url)).rejects.toThrow();
});

test('in-flight requests hold up the end no longer than write_timeout', async () => {
  const env = { GATE: file('gate-3'), CLOSED: file('closed-3'), write_timeout: '50ms' };
  writeFileSync(env.GATE, '');
  const { url, child, exited } = await bench.start('lifecycle', env);
  const cutOff = fetch(url).then(
    () => 'answered',
    () => 'cut off',
  );
  await until(async () => (await fetch(`${url}/_/health`)).ok);
  child.kill('SIGTERM');
  expect(await cutOff).toBe('cut off');
  expect(await exited).toBe(0);
});

test('ends when the process that started it over an IPC channel is gone', async () => {
  const env = { GATE: file('gate-4'), CLOSED: file('closed-4'), healthcheck_interval: '0s' };
  writeFileSync(env.GATE, '');
  const { child, exited } = await bench.start('lifecycle', env);
  child.disconnect();
  expect(await exited).toBe(0);
});

test('a connection that no one used does not hold up the end', async () => {
  const env = { GATE: file('gate-5'), CLOSED: file('closed-5'), healthcheck_interval: '0s' };
  writeFileSync(env.GATE, '');
  const { url, child, exited } = await bench.start('lifecycle', env);
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  const started = Date.now();
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
  expect(Date.now() - started).toBeLessThan(5_000);
  socket.destroy();
});
