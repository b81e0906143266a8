import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ROOT } from '../../local/src/paths.ts';

type Service = {
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
};
type Compose = {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
};

function read<T>(file: string): T {
  // YAML's own merge keys, as Compose reads them.
  return parse(readFileSync(join(ROOT, file), 'utf8'), { merge: true });
}

const base = read<Compose>('docker-compose.yml');
const override = read<Pick<Compose, 'services'>>('docker-compose.servers.yml');

const { services } = override;
const kafka = { ...base.services.kafka?.environment, ...services.kafka?.environment };
const listeners = (text = '') =>
  Object.fromEntries(text.split(',').map((item) => item.split(/:\/\/|:(?=[A-Z])/)));

test('publishes the three servers, on loopback only', () => {
  expect(Object.keys(services)).toEqual(['mysql', 'kafka', 'rabbitmq']);
  const ports = Object.values(services).flatMap(({ ports = [] }) => ports);
  expect(ports).toHaveLength(4);
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\$\{[A-Z_]+_PORT:-\d+\}:\d+$/);
});

test.each(Object.entries(services))('%s is on a network that publishes ports', (_name, service) => {
  const open = (service.networks ?? []).filter((name) => !base.networks[name]?.internal);
  expect(open).not.toEqual([]);
});

test('Kafka keeps its listeners and advertises one more, at the published port', () => {
  const before = base.services.kafka?.environment;
  const names = Object.keys(listeners(kafka.KAFKA_LISTENERS));
  expect(listeners(kafka.KAFKA_LISTENERS)).toMatchObject(listeners(before?.KAFKA_LISTENERS));
  expect(names).toHaveLength(Object.keys(listeners(before?.KAFKA_LISTENERS)).length + 1);
  const protocols = listeners(kafka.KAFKA_LISTENER_SECURITY_PROTOCOL_MAP);
  expect(Object.keys(protocols).sort()).toEqual(names.sort());
  expect(kafka.KAFKA_ADVERTISED_LISTENERS).toContain(before?.KAFKA_ADVERTISED_LISTENERS);
  const [published = ''] = services.kafka?.ports ?? [];
  const [, host, inside] = /^(127\.0\.0\.1:\$\{.*\}):(\d+)$/.exec(published) ?? [];
  expect(kafka.KAFKA_ADVERTISED_LISTENERS).toContain(`HOST://${host}`);
  expect(listeners(kafka.KAFKA_LISTENERS).HOST).toBe(`:${inside}`);
});
