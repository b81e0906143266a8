import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ProviderBench } from './running-provider.ts';

const bench = new ProviderBench();

beforeAll(async () => {
  await bench.build();
  await bench.start();
});
afterAll(() => bench.close());

test('an image that was not built is 400 with the command that builds it', async () => {
  const deployment = { service: 'deployed', image: 'probe:v9' };
  const response = await bench.system('POST', 'functions', deployment);
  expect(response.status).toBe(400);
  expect(await response.text()).toMatch(/probe:v9.*npm run build/);
});

test('scaling up, down and to nothing, within what the labels allow', async () => {
  await bench.deploy('scaled', { labels: { 'com.openfaas.scale.max': '3' } });
  const scale = (replicas: number) =>
    bench.system('POST', 'scale-function/scaled', { serviceName: 'scaled', replicas });
  expect((await scale(3)).status).toBe(202);
  await bench.available('scaled', 3);
  const pids = new Set<number>();
  for (let call = 0; call < 9; call += 1) pids.add((await bench.echo('scaled')).pid);
  expect(pids.size).toBe(3);
  await scale(1);
  await bench.available('scaled', 1);
  expect((await bench.invoke('scaled')).status).toBe(200);
  await scale(0);
  const response = await bench.invoke('scaled');
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('1');
  expect((await scale(4)).status).toBe(400);
});

test('a function sees the secrets that it names, as they are now, and no others', async () => {
  const secret = (method: string, name: string, value: string) =>
    bench.system(method, 'secrets', { name, value });
  await secret('POST', 'mine', 'old');
  await secret('POST', 'of-others', 'x');
  await bench.deploy('with-secrets', { secrets: ['mine'] });
  const seen = async () => (await bench.invoke('with-secrets/secrets')).json();
  expect(await seen()).toEqual({ mine: 'old' });
  await secret('PUT', 'mine', 'new');
  expect(await seen()).toEqual({ mine: 'new' });
});

describe('logs', () => {
  test('show what a function wrote, with its replica', async () => {
    await bench.deploy('talking');
    for (const line of ['one', 'two', 'three']) await bench.invoke(`talking/log?line=${line}`);
    const response = await bench.system('GET', 'logs?name=talking&tail=2');
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    const lines = (await response.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([{ text: 'two' }, { text: 'three' }]);
    expect(lines[0].instance).toMatch(/^talking-/);
  });

  test('can be followed', async () => {
    await bench.deploy('followed');
    const response = await bench.system('GET', 'logs?name=followed&follow=1&tail=0');
    await bench.invoke('followed/log?line=hello');
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const { value } = await reader.read();
    expect(JSON.parse(Buffer.from(value ?? []).toString())).toMatchObject({ text: 'hello' });
    await reader.cancel();
  });
});
