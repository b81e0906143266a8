import { expect, test } from '@jest/globals';
import { FunctionSpec } from '../../function-spec.ts';
import { configurationOf, digestOf } from './configuration.ts';

const place = { network: 'functions', processors: 2, compose: undefined };
const compose = { project: 'shop', service: 'provider' };
const configuration = (fields: object = {}, where: object = {}) =>
  configurationOf(FunctionSpec.parse({ service: 'a', image: 'i:1', ...fields }), {
    ...place,
    ...where,
  });

test('a container has no more rights than a function needs', () => {
  const { HostConfig } = configuration({ readOnlyRootFilesystem: true });
  expect(HostConfig).toMatchObject({
    NetworkMode: 'functions',
    ReadonlyRootfs: true,
    Tmpfs: { '/tmp': expect.stringContaining('noexec') },
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges:true'],
    PidsLimit: 512,
    RestartPolicy: { Name: 'no' },
  });
  expect(HostConfig).not.toHaveProperty('PortBindings');
  expect(configuration().HostConfig).not.toHaveProperty('Tmpfs');
});

test("the provider's own variables go before the function's", () => {
  const envVars = { port: '1', healthcheck_interval: '5s', secret_mount_path: '/x', A: 'b=c' };
  expect(configuration({ envVars, envProcess: 'node index.mjs' }).Env).toEqual([
    'A=b=c',
    'fprocess=node index.mjs',
    'healthcheck_interval=0s',
    'port=8080',
    'secret_mount_path=/var/openfaas/secrets',
  ]);
});

test('in a Compose project it has the labels of a one-off container of it', () => {
  expect(Object.keys(configuration().Labels).filter((name) => /compose/.test(name))).toEqual([]);
  expect(configuration({}, { compose }).Labels).toEqual({
    'com.docker.compose.project': 'shop',
    'com.docker.compose.service': 'provider',
    'com.docker.compose.oneoff': 'True',
    'com.docker.compose.container-number': '1',
    'com.docker.compose.config-hash': expect.any(String),
    'com.docker.compose.project.config_files': '',
    'com.openfaas.function': 'a',
    'movie-rental.provider.secrets': '',
  });
});

test('a digest is of all that a container is made with, in whatever order it was sent', () => {
  const digest = (fields?: object, where?: object) => digestOf(configuration(fields, where));
  const same = digest({ envVars: { A: '1', B: '2' } });
  expect(digest({ envVars: { B: '2', A: '1' } })).toBe(same);
  const others = [
    digest(),
    digest({ image: 'i:2' }),
    digest({ limits: { memory: '64Mi' } }),
    digest({ readOnlyRootFilesystem: true }),
    digest({ secrets: ['mysql-url'] }),
    digest({}, { network: 'other' }),
    digest({}, { compose }),
  ];
  expect(new Set([same, ...others]).size).toBe(8);
});
