import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DockerBench } from './docker-bench.ts';
import { ProviderBench, until } from './running-provider.ts';

const PROJECT = 'provider-test';
const docker = new DockerBench();
const bench = new ProviderBench(docker);

beforeAll(async () => {
  await bench.build();
  await bench.start({ COMPOSE_PROJECT: PROJECT });
});
afterAll(() => bench.close());

const secret = (method: string, name: string, value: string) =>
  bench.system(method, 'secrets', { name, value });
const json = async (path: string) => (await bench.invoke(path)).json();
const write = (fn: string, path: string) => json(`${fn}/write?path=${path}`);
const inspect = async (fn: string) => {
  const [id = ''] = await docker.containerIds(fn);
  return docker.inspect(id);
};

test('a container has the limits that its function is deployed with', async () => {
  await bench.deploy('limited', {
    limits: { memory: '128Mi', cpu: '500m' },
    requests: { memory: '64M', cpu: '250m' },
    readOnlyRootFilesystem: true,
  });
  expect((await inspect('limited')).HostConfig).toMatchObject({
    Memory: 134_217_728,
    MemorySwap: 134_217_728,
    NanoCpus: 500_000_000,
    MemoryReservation: 64_000_000,
    CpuShares: 256,
    ReadonlyRootfs: true,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges:true'],
    PidsLimit: 512,
    Init: true,
    RestartPolicy: { Name: 'no' },
    LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
  });
});

test('it can be told whose it is, and publishes no port', async () => {
  await bench.deploy('plain', { envProcess: 'node index.mjs' });
  const { Name, Config, HostConfig, NetworkSettings } = await inspect('plain');
  expect(Name).toMatch(/^\/plain-[\da-f]{8}$/);
  expect(Config.Labels).toMatchObject({
    'com.openfaas.function': 'plain',
    'com.docker.compose.project': PROJECT,
    'movie-rental.provider.replica': Name.slice(1),
  });
  expect(Config.Env).toContain('fprocess=node index.mjs');
  expect(HostConfig).toMatchObject({ PortBindings: {}, ReadonlyRootfs: false });
  expect(NetworkSettings.Ports).toEqual({});
});

test('a read-only root is one, but for /tmp', async () => {
  await bench.deploy('sealed', { readOnlyRootFilesystem: true });
  expect(await write('sealed', '/home/app/x')).toEqual({ fault: 'EROFS' });
  expect(await write('sealed', '/var/tmp/x')).toEqual({ fault: 'EROFS' });
  expect(await write('sealed', '/tmp/x')).toEqual({ fault: null });
});

test('a root that is not read-only is still not its own', async () => {
  await bench.deploy('open');
  expect(await json('open/user')).toEqual({ user: 1000, group: 1000 });
  expect(await write('open', '/home/app/x')).toEqual({ fault: 'EACCES' });
  expect(await write('open', '/tmp/x')).toEqual({ fault: null });
});

test('a function reads the secrets that it names and no others, and changes none', async () => {
  const long = 'n'.repeat(253);
  await secret('POST', 'mine', 'né');
  await secret('POST', long, '');
  await secret('POST', 'of-others', 'x');
  await bench.deploy('keeper', { secrets: ['mine', long], readOnlyRootFilesystem: true });
  await bench.deploy('other', { secrets: ['of-others'] });
  await bench.deploy('none');
  expect(await json('keeper/secrets')).toEqual({ mine: 'né', [long]: '' });
  expect(await json('other/secrets')).toEqual({ 'of-others': 'x' });
  expect(await json('none/secrets')).toEqual({});
  for (const name of ['mine', 'new']) {
    const fault = await write('keeper', `/var/openfaas/secrets/${name}`);
    expect(fault).toEqual({ fault: 'EACCES' });
  }
});

test('a replaced secret reaches all that have it, before the replacement is answered', async () => {
  await secret('POST', 'turning', 'old');
  const labels = { 'com.openfaas.scale.min': '2' };
  await bench.deploy('turning', { secrets: ['turning'], labels }, 2);
  expect((await secret('PUT', 'turning', 'new')).status).toBe(202);
  for (let call = 0; call < 4; call += 1) {
    expect(await json('turning/secrets')).toEqual({ turning: 'new' });
  }
});

test('its secrets go with a container', async () => {
  await secret('POST', 'passing', 'x');
  await bench.deploy('passing', { secrets: ['passing'] });
  const { Mounts } = await inspect('passing');
  expect(Mounts).toEqual([
    { Type: 'volume', Name: expect.any(String), Destination: '/var/openfaas/secrets' },
  ]);
  const volume = () => docker.engine.call('GET', `/volumes/${Mounts[0]?.Name}`);
  await volume();
  await bench.system('DELETE', 'functions', { functionName: 'passing' });
  await until(async () => (await docker.containers('passing')).length === 0);
  await expect(volume()).rejects.toMatchObject({ status: 404 });
});
