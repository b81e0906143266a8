import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { underLoad } from './clients.ts';
import { DockerBench } from './docker-bench.ts';
import { EngineGate } from './engine-gate.ts';
import { ProviderBench, until } from './running-provider.ts';

const docker = new DockerBench();
const bench = new ProviderBench(docker);
const gate = new EngineGate(docker.dockerHost);

beforeAll(() => bench.build());
beforeEach(async () => {
  if (bench.url) await bench.stop('SIGKILL');
  await docker.removeContainers();
  await bench.forget();
  await bench.start();
});
afterAll(() => bench.close());

const lines = async (service: string): Promise<string[]> => {
  const text = await (await bench.system('GET', `logs?name=${service}`)).text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).text);
};

/** A container that the provider did not make, with labels that only look like its own. */
async function foreignContainer(labels: Record<string, string>): Promise<string> {
  const body = {
    Image: docker.image,
    Labels: { 'com.openfaas.function': 'foreign', ...labels },
    HostConfig: { NetworkMode: docker.name },
  };
  const query = { name: `${docker.name}-${randomBytes(4).toString('hex')}` };
  const created = await docker.engine.call('POST', '/containers/create', { query, body });
  const { Id } = created as { Id: string };
  await docker.engine.call('POST', `/containers/${Id}/start`);
  return Id;
}

describe.each(['SIGTERM', 'SIGKILL'] as const)('after %s', (signal) => {
  test('the next provider takes the containers over, which have served all the time', async () => {
    await bench.deploy('kept', { labels: { 'com.openfaas.scale.min': '2' } }, 2);
    await bench.deploy('other');
    const ids = await docker.containerIds();
    const { seen } = await bench.echo('other');
    await bench.stop(signal);
    expect(await docker.containerIds()).toEqual(ids);
    await bench.start();
    // A provider that is ready answers: there is nothing to wait for.
    expect((await bench.invoke('kept')).status).toBe(200);
    expect((await bench.echo('other')).seen).toBe(seen + 1);
    await bench.available('kept', 2);
    expect(await docker.containerIds()).toEqual(ids);
  });

  test('what one wrote meanwhile is kept, and nothing twice', async () => {
    await bench.deploy('talking');
    await bench.invoke('talking/log?line=before');
    await until(async () => (await lines('talking')).includes('before'));
    const ids = await docker.containerIds('talking');
    const address = await docker.addressOf(ids[0] ?? '');
    await bench.stop(signal);
    await fetch(`http://${address}:8080/log?line=meanwhile`);
    await bench.start();
    await bench.invoke('talking/log?line=after');
    await until(async () => (await lines('talking')).includes('after'));
    expect(await lines('talking')).toEqual(['meanwhile', 'after']);
    expect(await docker.containerIds('talking')).toEqual(ids);
  });

  test('a secret that is replaced afterwards still arrives', async () => {
    await bench.system('POST', 'secrets', { name: 'key', value: 'old' });
    await bench.deploy('keeper', { secrets: ['key'] });
    await bench.stop(signal);
    await bench.start();
    await bench.system('PUT', 'secrets', { name: 'key', value: 'new' });
    expect(await (await bench.invoke('keeper/secrets')).json()).toEqual({ key: 'new' });
  });

  test('a container goes on with a secret that is lost', async () => {
    await bench.system('POST', 'secrets', { name: 'key', value: 'kept' });
    await bench.deploy('keeper', { secrets: ['key'] });
    const ids = await docker.containerIds('keeper');
    await bench.stop(signal);
    bench.removeFromState('secrets/key');
    await bench.start();
    expect(await (await bench.invoke('keeper/secrets')).json()).toEqual({ key: 'kept' });
    expect(await docker.containerIds('keeper')).toEqual(ids);
  });

  test('a container that ends afterwards is replaced', async () => {
    await bench.deploy('mortal');
    const [id = ''] = await docker.containerIds('mortal');
    await bench.stop(signal);
    await bench.start();
    await docker.kill(id);
    await until(async () => !(await docker.containerIds('mortal')).includes(id));
    await bench.available('mortal', 1);
  });
});

test('what is not deployed any more, is of another image, or has ended, is removed', async () => {
  for (const service of ['gone', 'rebuilt', 'ended', 'kept']) await bench.deploy(service);
  const [kept] = await docker.containerIds('kept');
  const [ended = ''] = await docker.containerIds('ended');
  const [rebuilt] = await docker.containerIds('rebuilt');
  await bench.stop('SIGKILL');
  bench.removeFromState('functions/gone.json');
  bench.changeInState('functions/rebuilt.json', (text) =>
    text.replace('"envVars": {}', '"envVars": { "VERSION": "2" }'),
  );
  await docker.kill(ended);
  await bench.start();
  expect(await docker.containerIds('gone')).toEqual([]);
  await bench.available('rebuilt', 1);
  await bench.available('ended', 1);
  expect(await docker.containerIds('rebuilt')).not.toContain(rebuilt);
  expect((await bench.echo('rebuilt')).version).toBe('2');
  expect(await docker.containerIds('ended')).not.toContain(ended);
  expect(await docker.containerIds('kept')).toEqual([kept]);
  expect(await docker.containers()).toHaveLength(3);
});

test('a container of a rebuilt image is replaced', async () => {
  await bench.deploy('rebuilt');
  const [old] = await docker.containerIds('rebuilt');
  await bench.stop();
  await docker.buildImage('ENV VERSION=second\n');
  await bench.start();
  await docker.buildImage();
  expect((await bench.echo('rebuilt')).version).toBe('second');
  expect(await docker.containerIds('rebuilt')).not.toContain(old);
});

test('an update that a kill interrupted is finished by the next provider', async () => {
  await bench.deploy('rolled', { envVars: { VERSION: '1' } });
  const envVars = { VERSION: '2', INIT_MS: '2000' };
  await bench.system('PUT', 'functions', { service: 'rolled', image: docker.image, envVars });
  await until(async () => (await docker.containers('rolled')).length === 2);
  await bench.stop('SIGKILL');
  await bench.start();
  expect((await bench.echo('rolled')).version).toBe('2');
  await until(async () => (await docker.containers('rolled')).length === 1);
});

test("foreign containers stay, whatever they look like, another provider's among them", async () => {
  await bench.deploy('own');
  const [own = ''] = await docker.containerIds('own');
  const { Labels } = (await docker.inspect(own)).Config;
  const foreign = [
    await foreignContainer({}),
    await foreignContainer({ ...Labels, 'movie-rental.provider': 'another' }),
    await foreignContainer({ 'com.openfaas.function': 'own' }),
  ];
  await bench.stop();
  await bench.start();
  await bench.system('DELETE', 'functions', { functionName: 'own' });
  await until(async () => !(await docker.containerIds()).includes(own));
  expect((await docker.containers()).filter(({ State }) => State === 'running')).toHaveLength(3);
  expect(await docker.containerIds()).toEqual(foreign.sort());
});

test('an engine that is away for a while costs no request and no container', async () => {
  await gate.open();
  await bench.stop();
  await bench.start({ DOCKER_HOST: gate.dockerHost });
  await bench.deploy('calm', { labels: { 'com.openfaas.scale.min': '2' } }, 2);
  const ids = await docker.containerIds();
  const { failures } = await underLoad(bench, [['calm']], async () => {
    await gate.close();
    await bench.invoke('calm/log?line=meanwhile');
    const { status } = await bench.system('POST', 'scale-function/calm', { replicas: 3 });
    expect(status).toBe(202);
    await until(() => bench.logged.some(({ reason }) => /ECONNREFUSED/.test(reason ?? '')));
    await gate.open();
    await bench.available('calm', 3);
  });
  await until(async () => (await lines('calm')).includes('meanwhile'));
  expect(failures).toEqual([]);
  expect(await docker.containerIds()).toEqual(expect.arrayContaining(ids));
  const [killed = ''] = ids;
  await gate.close();
  await docker.kill(killed);
  await gate.open();
  await until(async () => !(await docker.containerIds()).includes(killed));
  await bench.available('calm', 3);
  await bench.stop();
  await gate.close();
});

test('without an engine, or its network, it says what to do', async () => {
  await bench.stop();
  const nowhere = bench.start({ DOCKER_HOST: 'unix:///nowhere.sock' });
  await expect(nowhere).rejects.toThrow(/cannot be reached at \/nowhere\.sock.*DOCKER_HOST/);
  const network = bench.start({ DOCKER_NETWORK: 'no-such' });
  await expect(network).rejects.toThrow(/docker network create no-such/);
});
