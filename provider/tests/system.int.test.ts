import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ProviderBench } from './running-provider.ts';

const bench = new ProviderBench();

beforeAll(async () => {
  await bench.build();
  await bench.start();
});
afterAll(() => bench.close());

describe('credentials', () => {
  test.each([
    undefined,
    'Basic',
    `Basic ${btoa('admin:wrong')}`,
    `Basic ${btoa('admin')}`,
    'Bearer x',
  ])('%s is 401 with a challenge', async (authorization) => {
    const response = await fetch(`${bench.url}/system/functions`, {
      headers: authorization ? { authorization } : {},
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
  });

  test.each(['healthz', 'metrics'])('%s needs none', async (path) => {
    expect((await fetch(`${bench.url}/${path}`)).status).toBe(200);
  });
});

describe('deploying', () => {
  const probe = { service: 'deployed', image: 'probe:latest', labels: { a: 'b' } };

  test('PUT of an unknown function is 404, then POST deploys it, then PUT is accepted', async () => {
    expect((await bench.system('PUT', 'functions', probe)).status).toBe(404);
    expect((await bench.system('POST', 'functions', probe)).status).toBe(202);
    await bench.available('deployed', 1);
    expect((await bench.system('PUT', 'functions', probe)).status).toBe(202);
    const list = (await (await bench.system('GET', 'functions')).json()) as object[];
    expect(list).toContainEqual(
      expect.objectContaining({
        name: 'deployed',
        image: 'probe:latest',
        namespace: 'openfaas-fn',
        labels: { a: 'b' },
        replicas: 1,
      }),
    );
  });

  test('an image that was not built is 400 with the command that builds it', async () => {
    const response = await bench.system('POST', 'functions', { ...probe, image: 'probe:v9' });
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(/probe:v9.*npm run build/);
  });

  test.each([
    [{ service: '../x', image: 'probe' }, /service/],
    [{ service: 'x', image: 'probe', namespace: 'other' }, /namespace/],
    [{ service: 'x', image: 'probe', secrets: ['nowhere'] }, /no secret nowhere/],
    [{ service: 'x', image: 'probe', envVars: { exec_timeout: 'soon' } }, /exec_timeout.*soon/],
    [{ service: 'x', image: 'probe', labels: { 'com.openfaas.scale.min': 'x' } }, /scale\.min/],
    [
      {
        service: 'x',
        image: 'probe',
        annotations: { topic: 'cron-function', schedule: '61 * * * *' },
      },
      /schedule/,
    ],
  ])('%j is 400', async (body, message) => {
    const response = await bench.system('POST', 'functions', body);
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(message);
    expect((await bench.system('GET', 'function/x')).status).toBe(404);
  });

  test('a body that is not JSON is 400', async () => {
    const response = await bench.system('POST', 'functions', 'text');
    expect(response.status).toBe(400);
  });

  test('a deleted function is gone', async () => {
    await bench.deploy('short-lived');
    const removal = { functionName: 'short-lived' };
    expect((await bench.system('DELETE', 'functions', removal)).status).toBe(202);
    expect((await bench.system('GET', 'function/short-lived')).status).toBe(404);
    expect((await bench.invoke('short-lived')).status).toBe(404);
    expect((await bench.system('DELETE', 'functions', removal)).status).toBe(404);
  });
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

describe('secrets', () => {
  const secret = (method: string, name: string, value?: string) =>
    bench.system(method, 'secrets', { name, value });

  test('are created once, replaced where they are, and deleted', async () => {
    expect((await secret('PUT', 'a', '1')).status).toBe(404);
    expect((await secret('POST', 'a', '1')).status).toBe(202);
    expect((await secret('POST', 'a', '2')).status).toBe(409);
    expect((await secret('PUT', 'a', '3')).status).toBe(202);
    expect(await (await bench.system('GET', 'secrets')).json()).toContainEqual({
      name: 'a',
      namespace: 'openfaas-fn',
    });
    expect((await secret('DELETE', 'a')).status).toBe(202);
    expect((await secret('DELETE', 'a')).status).toBe(404);
  });

  test('a function sees those that it names, as they are now, and no others', async () => {
    await secret('POST', 'mine', 'old');
    await secret('POST', 'of-others', 'x');
    await bench.deploy('with-secrets', { secrets: ['mine'] });
    const seen = async () => (await bench.invoke('with-secrets/secrets')).json();
    expect(await seen()).toEqual({ mine: 'old' });
    await secret('PUT', 'mine', 'new');
    expect(await seen()).toEqual({ mine: 'new' });
  });

  test('a name that leads out of their folder is 400', async () => {
    expect((await secret('POST', '../escaped', 'x')).status).toBe(400);
  });
});

test('information is in the form that faas-cli reads', async () => {
  expect(await (await bench.system('GET', 'info')).json()).toMatchObject({
    provider: { orchestration: 'process', version: { release: expect.any(String) } },
    version: { release: expect.any(String) },
    arch: expect.any(String),
  });
  expect(await (await bench.system('GET', 'namespaces')).json()).toEqual(['openfaas-fn']);
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
