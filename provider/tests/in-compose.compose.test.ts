import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseEngineAddress } from '../src/drivers/docker/engine.ts';
import { DockerBench } from './docker-bench.ts';
import { ProviderBench, until } from './running-provider.ts';

const DOCKERFILE = `FROM node:22-slim
WORKDIR /app
COPY provider.mjs ./
RUN mkdir /var/lib/provider && chown 1000:1000 /var/lib/provider
CMD ["node", "provider.mjs"]
`;

const docker = new DockerBench();
const bench = new ProviderBench(docker);
const image = `${docker.name}/provider`;
const run = promisify(execFile);
const compose = async (...options: string[]) => {
  const { stdout, stderr } = await run('docker', ['compose', ...options], { cwd: bench.folder });
  return stdout + stderr;
};

/** As root that may become another user and nothing else; YAML is a superset of JSON. */
const composeFile = () => ({
  name: docker.name,
  services: {
    provider: {
      image,
      read_only: true,
      cap_drop: ['ALL'],
      cap_add: ['SETUID', 'SETGID'],
      security_opt: ['no-new-privileges:true'],
      environment: {
        HOST: '0.0.0.0',
        DRIVER: 'docker',
        DOCKER_NETWORK: docker.name,
        COMPOSE_PROJECT: docker.name,
        STATE_DIR: '/var/lib/provider',
        BASIC_AUTH_USER: bench.credentials.user,
        BASIC_AUTH_PASSWORD: bench.credentials.password,
      },
      volumes: [
        'state:/var/lib/provider',
        `${parseEngineAddress(docker.dockerHost).socketPath}:/var/run/docker.sock`,
      ],
      networks: ['functions'],
      ports: ['127.0.0.1::8080'],
    },
  },
  volumes: { state: {} },
  networks: { functions: { name: docker.name, external: true } },
});

const findProvider = async () => {
  bench.url = `http://${(await compose('port', 'provider', '8080')).trim()}`;
  await until(async () =>
    fetch(`${bench.url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
};

beforeAll(async () => {
  await bench.build();
  const bundle = await readFile(join(bench.folder, 'provider.mjs'));
  await docker.build(image, DOCKERFILE, new Map([['provider.mjs', bundle]]));
  await writeFile(join(bench.folder, 'compose.yaml'), JSON.stringify(composeFile()));
  await compose('up', '--detach');
  await findProvider();
});
afterAll(async () => {
  await compose('down', '--volumes', '--remove-orphans');
  await docker.removeImage(image);
  await bench.close();
});

test('the provider becomes an ordinary user, and runs functions', async () => {
  const status = await compose('exec', '-T', 'provider', 'cat', '/proc/1/status');
  expect(status).toMatch(/^Uid:\t1000\t1000\t1000\t1000$/m);
  expect(status).toMatch(/^Gid:\t1000\t1000\t1000\t1000$/m);
  expect(status).toMatch(/^CapPrm:\t0+$/m);
  await bench.deploy('own');
  expect((await bench.invoke('own')).status).toBe(200);
});

test('Compose lists its functions, and neither warns of them nor takes them away', async () => {
  const ids = await docker.containerIds('own');
  expect(await compose('ps', '--all')).toMatch(/own-[\da-f]{8}/);
  expect(await compose('up', '--detach')).not.toMatch(/orphan/);
  await compose('up', '--detach', '--remove-orphans');
  await compose('up', '--detach', '--force-recreate');
  await findProvider();
  await bench.available('own', 1);
  expect(await docker.containerIds('own')).toEqual(ids);
});

test('down takes them away with all they had', async () => {
  const [id = ''] = await docker.containerIds('own');
  const { Mounts } = await docker.inspect(id);
  await compose('down', '--volumes', '--remove-orphans');
  expect(await docker.containers()).toEqual([]);
  const volume = docker.engine.call('GET', `/volumes/${Mounts[0]?.Name}`);
  await expect(volume).rejects.toMatchObject({ status: 404 });
});
