import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FunctionBench, until } from './running-function.ts';

const bench = new FunctionBench();

beforeAll(() => bench.bundle('everything'));
afterAll(() => bench.close());

test('a handler that never answers is 504 after exec_timeout and its signal aborts', async () => {
  const { url } = await bench.start('everything', { exec_timeout: '200ms' });
  const response = await fetch(`${url}/never`);
  expect(response.status).toBe(504);
  expect(await response.json()).toMatchObject({ code: 'timeout', status: 504 });
  expect(await (await fetch(`${url}/aborted`)).json()).toEqual({
    aborted: 'exec_timeout has passed',
  });
});

test('the signal aborts when the client leaves', async () => {
  const { url } = await bench.start('everything');
  const controller = new AbortController();
  const pending = fetch(`${url}/never`, { signal: controller.signal });
  await sleep(100);
  controller.abort();
  await expect(pending).rejects.toThrow();
  await until(async () => {
    const { aborted } = (await (await fetch(`${url}/aborted`)).json()) as { aborted?: string };
    return aborted === 'The client left';
  });
});

test('more than max_inflight requests are 429 with Retry-After', async () => {
  const { url } = await bench.start('everything', { max_inflight: '2' });
  const answers = await Promise.all([1, 2, 3].map(() => fetch(`${url}/slow?ms=300`)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 429]);
  const refused = answers.find(({ status }) => status === 429);
  expect(refused?.headers.get('retry-after')).toBe('1');
  expect(await refused?.json()).toMatchObject({ code: 'too_many_requests' });
  expect((await fetch(`${url}/text`)).status).toBe(200);
});

test('a request that does not arrive within read_timeout is 408', async () => {
  const { url } = await bench.start('everything', { read_timeout: '200ms' });
  const outgoing = request(`${url}/echo`, { method: 'POST', headers: { 'content-length': '10' } });
  outgoing.write('half');
  const status = await new Promise((resolve, reject) => {
    outgoing.once('response', (response) => resolve(response.statusCode));
    outgoing.once('error', reject);
  });
  expect(status).toBe(408);
});

test('an idle connection outlives read_timeout', async () => {
  const { url } = await bench.start('everything', { read_timeout: '100ms' });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ports = new Set<number | undefined>();
  for (const pause of [1_500, 0]) {
    const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) =>
      request(`${url}/text`, { agent }, resolve).once('error', reject).end(),
    );
    ports.add(response.socket.localPort);
    expect(await text(response)).toBe('plain');
    await sleep(pause);
  }
  agent.destroy();
  expect(ports.size).toBe(1);
});

test('every fault of the configuration is named at once', async () => {
  const { exited, stderr } = await bench.start('everything', {
    exec_timeout: 'soon',
    max_inflight: '-1',
  });
  expect(await exited).toBe(1);
  expect(stderr()).toMatch(/exec_timeout: .*soon.*max_inflight: .*-1/s);
});
