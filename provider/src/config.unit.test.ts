import { expect, test } from '@jest/globals';
import { ConfigError } from '@movie-rental/runtime/config';
import { readConfig } from './config.ts';

const common = {
  STATE_DIR: '/state',
  BASIC_AUTH_USER: 'admin',
  BASIC_AUTH_PASSWORD: 'secret',
  secret_mount_path: '/nowhere',
};
const process_ = { ...common, FUNCTIONS_MANIFEST: 'manifest.json' };
const docker = { ...common, DRIVER: 'docker', DOCKER_NETWORK: 'functions' };

test('processes are the default, and need a manifest', () => {
  expect(readConfig(process_)).toMatchObject({
    DRIVER: 'process',
    FUNCTIONS_MANIFEST: 'manifest.json',
  });
  expect(() => readConfig(common)).toThrow(/FUNCTIONS_MANIFEST: is missing/);
});

test('containers need a network and no manifest', () => {
  expect(readConfig(docker)).toMatchObject({
    DRIVER: 'docker',
    DOCKER_NETWORK: 'functions',
    DOCKER_HOST: { origin: 'http://docker', socketPath: '/var/run/docker.sock' },
  });
  expect(
    readConfig({ ...docker, DOCKER_HOST: 'tcp://proxy:2375', COMPOSE_PROJECT: 'shop' }),
  ).toMatchObject({ DOCKER_HOST: { origin: 'http://proxy:2375' }, COMPOSE_PROJECT: 'shop' });
});

test('every fault is listed, whatever the driver', () => {
  const faulty = { secret_mount_path: '/nowhere', PORT: 'x' };
  const load = (env: NodeJS.ProcessEnv) => () => readConfig({ ...faulty, ...env });
  expect(load({})).toThrow(ConfigError);
  expect(load({})).toThrow(/PORT.*\n.*STATE_DIR.*\n(.*\n)+.*FUNCTIONS_MANIFEST/);
  expect(load({ DRIVER: 'docker', DOCKER_HOST: 'ssh://host' })).toThrow(
    /PORT.*\n.*STATE_DIR.*\n(.*\n)+.*DOCKER_NETWORK.*\n.*DOCKER_HOST: must be unix:/,
  );
  expect(load({ DRIVER: 'podman' })).toThrow(/DRIVER: must be process or docker/);
});
