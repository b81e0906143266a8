import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as kafkaBridge from '../../connectors/kafka-bridge/src/config.ts';
import * as outboxRelay from '../../connectors/outbox-relay/src/config.ts';
import * as rabbitNotifier from '../../connectors/rabbit-notifier/src/config.ts';
import {
  MOVIES_PARTITIONS,
  SEND_EMAIL_QUEUE,
} from '../../packages/connector-kit/src/messaging/topology.ts';
import {
  environmentOf,
  onlyContainer,
  optionalSecretsOf,
  secretsOf,
} from './support/environment.ts';
import {
  generatedConfigMaps,
  type Manifest,
  type PodTemplate,
  podsOf,
  ROOT,
  readKustomization,
  readManifests,
} from './support/manifests.ts';

const CONNECTORS = {
  'kafka-bridge': kafkaBridge,
  'outbox-relay': outboxRelay,
  'rabbit-notifier': rabbitNotifier,
};

/** A value for each secret that passes for one. */
const SECRETS: Readonly<Record<string, string>> = {
  'mysql-url': 'mysql://user:password@mysql.example.com/microdb',
  'rabbitmq-url': 'amqps://user:password@rabbitmq.example.com',
  'service-token': 'sixteen letters or more',
};

/** What a site adds whose Kafka asks for it: lines that the example has as comments. */
const forSecuredKafka: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...readFileSync(join(ROOT, 'deploy/kubernetes/example/kustomization.yaml'), 'utf8').matchAll(
      /^ +# - (KAFKA_\w+)=(.+)$/gm,
    ),
  ].map(([, name, value]) => [name, value]),
);

const read = (folder: string) =>
  readManifests(`deploy/kubernetes/${folder}`).map(([, manifest]) => manifest);
const manifests = read('base');
const scaledObjects = read('keda').filter(({ kind }) => kind === 'ScaledObject');
const configMaps = generatedConfigMaps(
  ['base', 'example'].map((folder) => readKustomization(`deploy/kubernetes/${folder}`)),
);

function find(list: readonly Manifest[], name: string): Manifest {
  const found = list.find(({ metadata }) => metadata.name === name);
  if (!found) throw new Error(`There is no ${name}`);
  return found;
}

function podsNamed(name: string): PodTemplate {
  const pods = podsOf(find(manifests, name));
  if (!pods) throw new Error(`${name} makes no pods`);
  return pods;
}

const environmentIn = (name: string) => environmentOf(onlyContainer(podsNamed(name)), configMaps);

describe('a connector', () => {
  const environment = process.env;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  });
  afterEach(() => {
    process.env = environment;
    rmSync(folder, { recursive: true });
  });

  /** Puts this process into the place of the container's. */
  function enter(connector: string, without?: string): void {
    for (const name of secretsOf(podsNamed(connector))) {
      if (SECRETS[name] !== undefined) writeFileSync(join(folder, name), SECRETS[name]);
    }
    process.env = { ...environmentIn(connector), secret_mount_path: folder };
    if (without !== undefined) delete process.env[without];
  }

  test.each(Object.entries(CONNECTORS))('%s takes what its manifest gives it', (name, config) => {
    enter(name);
    expect(() => config.readConfig()).not.toThrow();
  });

  test.each(Object.entries(CONNECTORS))('%s mounts its own secrets alone', (name, config) => {
    const files = config.SECRETS.map((secret) => secret.toLowerCase().replaceAll('_', '-'));
    expect(secretsOf(podsNamed(name))).toEqual(files.sort());
  });

  test.each(['kafka-bridge', 'outbox-relay'] as const)(
    '%s takes what the example says for a Kafka with TLS and a password',
    (name) => {
      enter(name);
      Object.assign(process.env, forSecuredKafka);
      expect(() => CONNECTORS[name].readConfig()).toThrow(/KAFKA_PASSWORD .*is missing$/);
      expect(secretsOf(podsNamed(name))).toContain('kafka-password');
      writeFileSync(join(folder, 'kafka-password'), 'a password');
      expect(CONNECTORS[name].readConfig()).toMatchObject({
        KAFKA_TLS: true,
        KAFKA_SASL_MECHANISM: 'scram-sha-512',
        KAFKA_PASSWORD: 'a password',
      });
    },
  );

  test.each(Object.entries(CONNECTORS))(
    '%s waits for no Secret that it can do without',
    (name, config) => {
      const canDoWithout = Object.entries(config.Config.shape).flatMap(([setting, schema]) =>
        schema.safeParse(undefined).success ? [setting.toLowerCase().replaceAll('_', '-')] : [],
      );
      const secrets = secretsOf(podsNamed(name));
      expect(optionalSecretsOf(podsNamed(name))).toEqual(
        secrets.filter((secret) => canDoWithout.includes(secret)),
      );
    },
  );

  test.each([
    ['kafka-bridge', 'KAFKA_BROKERS'],
    ['outbox-relay', 'KAFKA_BROKERS'],
    ['rabbit-notifier', 'GATEWAY_URL'],
  ] as const)('%s would say that it misses %s', (name, variable) => {
    enter(name, variable);
    expect(() => CONNECTORS[name].readConfig()).toThrow(variable);
  });

  test.each(Object.keys(CONNECTORS))('%s finds its secrets where they are mounted', (name) => {
    const path = environmentIn(name).secret_mount_path;
    expect(onlyContainer(podsNamed(name)).volumeMounts).toContainEqual(
      expect.objectContaining({ mountPath: path }),
    );
  });

  test.each(Object.keys(CONNECTORS))('%s is probed at its HEALTH_PORT', (name) => {
    const container = onlyContainer(podsNamed(name));
    const port = Number(environmentIn(name).HEALTH_PORT);
    expect(container.ports).toEqual([{ name: 'health', containerPort: port }]);
    expect(container.livenessProbe?.httpGet).toEqual({ path: '/healthz', port: 'health' });
    expect(container.readinessProbe?.httpGet).toEqual({ path: '/readyz', port: 'health' });
  });
});

describe('KEDA', () => {
  test('looks at the topic and the group of kafka-bridge, and stops at the partitions', () => {
    const { spec } = find(scaledObjects, 'kafka-bridge');
    const { MOVIES_TOPIC } = environmentIn('kafka-bridge');
    expect(spec.triggers[0].metadata).toMatchObject({
      bootstrapServersFromEnv: 'KAFKA_BROKERS',
      consumerGroup: 'kafka-bridge',
      topic: MOVIES_TOPIC,
    });
    expect(spec.maxReplicaCount).toBe(MOVIES_PARTITIONS);
  });

  test('looks at the queue of rabbit-notifier', () => {
    const { spec } = find(scaledObjects, 'rabbit-notifier');
    expect(spec.triggers[0].metadata.queueName).toBe(SEND_EMAIL_QUEUE);
  });
});

test.each(['migrate', 'administrator'])('the Job %s runs a job that there is', (name) => {
  const { image, args = [] } = onlyContainer(podsNamed(name));
  expect(image).toBe('movie-rental/jobs');
  expect(args).toHaveLength(1);
  expect(existsSync(join(ROOT, 'jobs/bin', args[0]?.replace('.mjs', '.ts') ?? ''))).toBe(true);
});

/** As the entry point of Nginx' image does: variables that the filter names, and no other `$`. */
function fillIn(template: string, environment: Readonly<Record<string, string>>): string {
  const filter = new RegExp(environment.NGINX_ENVSUBST_FILTER ?? '');
  return template.replaceAll(/\$\{?(\w+)\}?/g, (text, name: string) =>
    filter.test(name) ? (environment[name] ?? text) : text,
  );
}

test('Nginx’ image fills in every placeholder of the template, and nothing else', () => {
  const environment = environmentIn('nginx');
  const template = readFileSync(join(ROOT, 'nginx/nginx.conf.template'), 'utf8');
  const filled = fillIn(template, environment);
  expect(filled).not.toContain('${');
  expect(filled).toContain('listen 8000;');
  expect(filled).toContain('server gateway.openfaas:8080 ');
  const variables = (text: string) => text.match(/\$[a-z]\w*/g);
  expect(variables(filled)).toEqual(variables(template));
});

/** By setting, the connectors that the README says it is of. */
function documentedSettings(): Map<string, readonly string[]> {
  const readme = readFileSync(join(ROOT, 'connectors/README.md'), 'utf8');
  const rows = readme.matchAll(/^\| `(\w+)` \| ([a-z, -]+) \|/gm);
  return new Map(
    [...rows].map(([, name = '', of = '']) => [
      name,
      of === 'each' ? Object.keys(CONNECTORS) : of.split(', '),
    ]),
  );
}

/** What is read by others than a connector's own configuration. */
const READ_ELSEWHERE = ['NODE_EXTRA_CA_CERTS', 'secret_mount_path'];

test.each(Object.entries(CONNECTORS))('the README lists the settings of %s', (name, { Config }) => {
  const documented = [...documentedSettings()].flatMap(([setting, of]) =>
    of.includes(name) ? [setting] : [],
  );
  expect(documented.sort()).toEqual([...Object.keys(Config.shape), ...READ_ELSEWHERE].sort());
});
