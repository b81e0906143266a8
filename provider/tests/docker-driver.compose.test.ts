import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { underLoad } from './clients.ts';
import { DockerBench } from './docker-bench.ts';
import { ProviderBench, until } from './running-provider.ts';

const docker = new DockerBench();
const bench = new ProviderBench(docker);

beforeAll(async () => {
  await bench.build();
  await bench.start();
});
afterAll(() => bench.close());

const update = (service: string, options: object) =>
  bench.system('PUT', 'functions', { service, image: docker.image, ...options });
const scale = (service: string, replicas: number) =>
  bench.system('POST', `scale-function/${service}`, { replicas });
const lines = async (service: string) => {
  const text = await (await bench.system('GET', `logs?name=${service}`)).text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).text);
};

test('an update fails no request, of several clients, slow ones among them', async () => {
  const labels = { 'com.openfaas.scale.min': '2' };
  await bench.deploy('renewed', { labels, envVars: { VERSION: '0' } }, 2);
  const requests = [
    ['renewed'],
    ['renewed', { method: 'POST', body: 'x' }],
    ['renewed/slow?ms=300', { method: 'POST', body: 'x' }],
  ] as const;
  const { failures, answered } = await underLoad(bench, requests, async () => {
    for (const VERSION of ['1', '2', '3']) {
      expect((await update('renewed', { labels, envVars: { VERSION } })).status).toBe(202);
      await until(async () => (await bench.echo('renewed')).version === VERSION);
    }
  });
  expect(failures).toEqual([]);
  expect(answered).toBeGreaterThan(50);
  await until(async () => (await docker.containers('renewed')).length === 2);
});

test('an update with the same name of an image takes the rebuilt one', async () => {
  await bench.deploy('rebuilt');
  expect((await bench.echo('rebuilt')).version).toBeUndefined();
  await docker.buildImage('ENV VERSION=second\n');
  const { failures } = await underLoad(bench, [['rebuilt']], async () => {
    await update('rebuilt', {});
    await until(async () => (await bench.echo('rebuilt')).version === 'second');
  });
  expect(failures).toEqual([]);
  await docker.buildImage();
});

test('scaling up makes containers, scaling down takes them away', async () => {
  await bench.deploy('scaled');
  await scale('scaled', 3);
  await bench.available('scaled', 3);
  expect(await docker.containers('scaled')).toHaveLength(3);
  await scale('scaled', 1);
  await until(async () => (await docker.containers('scaled')).length === 1);
  expect((await bench.invoke('scaled')).status).toBe(200);
  await scale('scaled', 0);
  await until(async () => (await docker.containers('scaled')).length === 0);
});

test('a container that is killed is replaced while the other serves', async () => {
  await bench.deploy('twins', { labels: { 'com.openfaas.scale.min': '2' } }, 2);
  const [killed = ''] = await docker.containerIds('twins');
  const { failures, answered } = await underLoad(bench, [['twins'], ['twins']], async () => {
    await docker.kill(killed);
    await until(async () => !(await docker.containerIds('twins')).includes(killed));
    await bench.available('twins', 2);
  });
  expect(failures).toEqual([]);
  expect(answered).toBeGreaterThan(0);
  expect(bench.logged.map(({ reason }) => reason)).toContain('ended by SIGKILL');
});

test('so is one that someone removes', async () => {
  await bench.deploy('removed');
  const [removed = ''] = await docker.containerIds('removed');
  await docker.remove(removed);
  await until(async () => {
    const ids = await docker.containerIds('removed');
    return ids.length === 1 && ids[0] !== removed;
  });
  await bench.available('removed', 1);
});

test('one that takes more memory than it may is replaced, and the log says why', async () => {
  await bench.deploy('hog', { limits: { memory: '96Mi' } });
  expect((await bench.invoke('hog/hog', { method: 'POST' })).status).toBe(502);
  await until(() => bench.logged.some(({ reason }) => /memory/.test(reason ?? '')));
  await bench.available('hog', 1);
});

test('what one writes that cannot start is kept', async () => {
  await bench.system('POST', 'functions', {
    service: 'broken',
    image: docker.image,
    envVars: { BROKEN: '1' },
  });
  await until(async () => (await lines('broken')).some((line) => /broken/.test(line)));
  await bench.system('DELETE', 'functions', { functionName: 'broken' });
  await until(async () => (await docker.containers('broken')).length === 0);
});

test('one that hears no signal ends nevertheless', async () => {
  const hanging = { service: 'hanging', image: docker.image, envVars: { HANG: '1' } };
  await bench.system('POST', 'functions', hanging);
  await until(async () => (await docker.containers('hanging'))[0]?.State === 'running');
  await bench.system('DELETE', 'functions', { functionName: 'hanging' });
  await until(async () => (await docker.containers('hanging')).length === 0);
});

test('an image that is not there and cannot be pulled is 400 with the commands that build it', async () => {
  const image = `${docker.name}/nowhere:v9`;
  const response = await bench.system('POST', 'functions', { service: 'lacking', image });
  expect(response.status).toBe(400);
  expect(await response.text()).toMatch(/nowhere:v9.*docker compose build.*faas-cli build/);
});

test('invalid resources are 400', async () => {
  const limits = { memory: 'much' };
  const deployment = { service: 'greedy', image: docker.image, limits };
  const response = await bench.system('POST', 'functions', deployment);
  expect(response.status).toBe(400);
  expect(await response.text()).toMatch(/limits\.memory/);
});

test('what functions use is known', async () => {
  await bench.deploy('used');
  const described = await (await bench.system('GET', 'function/used?usage=1')).json();
  const { usage } = described as { usage: { cpu: number; totalMemoryBytes: number } };
  expect(usage.totalMemoryBytes).toBeGreaterThan(10 * 2 ** 20);
  expect(usage.totalMemoryBytes).toBeLessThan(500 * 2 ** 20);
});

test('each line of both outputs is kept once, long ones whole', async () => {
  await bench.deploy('talking');
  await bench.invoke('talking/log?line=first');
  await bench.invoke('talking/log-long');
  await bench.invoke('talking/log-error?line=wrong');
  await until(async () => (await lines('talking')).includes('wrong'));
  const written = (await lines('talking')).filter((line) => !line.startsWith('{'));
  expect(written).toEqual(['first', 'é'.repeat(24_000), 'wrong']);
});
