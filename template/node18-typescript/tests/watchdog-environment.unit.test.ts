import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FunctionBench, until } from './running-function.ts';

const bench = new FunctionBench();

beforeAll(() => bench.bundle('output'));
afterAll(() => bench.close());

const DATED = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /;

describe('prefix_logs', () => {
  test('puts date, time and stream before each line, whoever writes it', async () => {
    const { url, stdout, stderr } = await bench.start('output', { prefix_logs: 'true' });
    await fetch(`${url}/?length=1`);
    await until(() => stdout().includes('by a logger') && stderr().includes('to stderr'));
    const [loads, pieces, short, logger] = stdout().split('\n');
    expect([loads, pieces, short].map((line) => line?.replace(DATED, ''))).toEqual([
      'stdout: while it loads',
      'stdout: in pieces',
      'stdout: é',
    ]);
    expect(logger).toMatch(/^\S+ \S+ stdout: \{.*"msg":"by a logger"\}$/);
    expect(stderr()).toMatch(/^\S+ \S+ stderr: to stderr$/m);
  });

  test('false, or absent, leaves lines as they are: JSON stays JSON', async () => {
    const { url, stdout } = await bench.start('output', { prefix_logs: 'false' });
    await fetch(`${url}/?length=1`);
    await until(() => stdout().includes('by a logger'));
    expect(stdout()).toMatch(/^while it loads\nin pieces\né\n\{/);
  });
});

test('log_buffer_size breaks lines that are longer, at whole characters', async () => {
  const { url, stdout } = await bench.start('output', { log_buffer_size: '21' });
  await fetch(`${url}/?length=25`);
  await until(() => stdout().includes('é'));
  const parts = stdout()
    .split('\n')
    .filter((line) => line.startsWith('é'));
  expect(parts).toEqual(['é'.repeat(10), 'é'.repeat(10), 'é'.repeat(5)]);
});

test('log_callid logs each request with its call id', async () => {
  const { url, stderr } = await bench.start('output', { log_callid: 'true' });
  await fetch(`${url}/a?secret=1`, { headers: { 'x-call-id': 'call-1' } });
  await until(() => stderr().includes('call-1'));
  const line = stderr()
    .split('\n')
    .find((text) => text.includes('call-1'));
  expect(JSON.parse(line ?? '')).toEqual({
    level: 'info',
    time: expect.any(String),
    msg: 'answered',
    call_id: 'call-1',
    method: 'GET',
    path: '/a',
    status: 200,
    bytes: 7,
    seconds: expect.any(Number),
  });
});

test('ready_path: /_/ready asks the handler itself', async () => {
  const UNREADY = join(bench.folder, 'unready');
  const { url } = await bench.start('output', { ready_path: '/readiness', UNREADY });
  const ready = await fetch(`${url}/_/ready`);
  expect({ status: ready.status, text: await ready.text() }).toEqual({
    status: 200,
    text: 'asked',
  });
  writeFileSync(UNREADY, '');
  expect((await fetch(`${url}/_/ready`)).status).toBe(503);
  expect((await fetch(`${url}/_/health`)).status).toBe(200);
  rmSync(UNREADY);
});

test('max_inflight: /_/ready is 429 while no more requests are taken', async () => {
  const { url } = await bench.start('output', { max_inflight: '1' });
  const slow = fetch(`${url}/slow`);
  await until(async () => (await fetch(`${url}/_/ready`)).status === 429);
  expect((await slow).status).toBe(200);
  expect((await fetch(`${url}/_/ready`)).status).toBe(200);
});

test('write_timeout cuts off an answer that no one takes', async () => {
  const { url, child } = await bench.start('output', { write_timeout: '200ms' });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.pause();
  socket.write('GET /endless HTTP/1.1\r\nHost: h\r\n\r\n');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await until(async () => (await fetch(`${url}/_/health`)).ok);
  setTimeout(() => socket.resume(), 1_000);
  await closed;
  expect(child.exitCode).toBeNull();
});

describe('suppress_lock', () => {
  const folder = (name: string) => {
    const path = join(bench.folder, name);
    mkdirSync(path);
    return path;
  };

  test('false, the default: a lock file is there while the function is ready', async () => {
    const TMPDIR = folder('locked');
    const env = { TMPDIR, suppress_lock: '', healthcheck_interval: '0s' };
    const { child, exited } = await bench.start('output', env);
    expect(existsSync(join(TMPDIR, '.lock'))).toBe(true);
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
    expect(existsSync(join(TMPDIR, '.lock'))).toBe(false);
  });

  test('true: none is written', async () => {
    const TMPDIR = folder('unlocked');
    await bench.start('output', { TMPDIR, suppress_lock: 'true' });
    expect(existsSync(join(TMPDIR, '.lock'))).toBe(false);
  });

  test('where it cannot be written, the function says so and serves', async () => {
    const TMPDIR = join(bench.folder, 'not-there');
    const { url, stderr } = await bench.start('output', { TMPDIR, suppress_lock: 'false' });
    expect((await fetch(`${url}/slow`)).status).toBe(200);
    expect(stderr()).toMatch(/lock file could not be written.*suppress_lock/);
  });
});

test('what is neither true nor false is named', async () => {
  const { exited, stderr } = await bench.start('output', {
    prefix_logs: 'maybe',
    log_callid: 'yes',
    suppress_lock: '2',
    log_buffer_size: 'large',
  });
  expect(await exited).toBe(1);
  expect(stderr()).toMatch(/log_callid: .*yes.*suppress_lock: .*2.*prefix_logs: .*maybe.*large/s);
});
