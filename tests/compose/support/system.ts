import { writeFile } from 'node:fs/promises';
import type { Endpoints } from '@movie-rental/testkit';
import { ComposeProject } from './compose-project.ts';
import { addressOf } from './docker.ts';

/** Building, pulling and starting everything on a slow machine. */
export const START_MS = 600_000;

/** With OpenFaaS's gateways, as docker-compose.yml says it. */
export const withGateways = new ComposeProject();

/** With the provider alone. */
export const withoutGateways = new ComposeProject('docker-compose.provider.yml');

/** A port that the environment publishes instead of the usual one. */
function port(name: string, usual: number): number {
  return Number(process.env[name] || usual);
}

/** The address of the catcher of mails. */
export function mailpit(): string {
  return `http://127.0.0.1:${port('MAILPIT_PORT', 8025)}`;
}

/** Where a system that is up answers. The brokers have no way out of their network. */
export async function endpointsOf(project: ComposeProject): Promise<Endpoints> {
  const secret = (name: string) =>
    project.compose('run', '--rm', '--no-deps', '--quiet-pull', 'secrets', 'show', name);
  const [gateway, administrator, mysql] = await Promise.all(
    ['gateway-password', 'administrator-password', 'mysql-password'].map(secret),
  );
  const database = await addressOf('movie-rental-mysql-1', 'movie-rental-functions');
  return {
    url: `http://127.0.0.1:${port('NGINX_PORT', 8000)}`,
    gateway: {
      url: `http://127.0.0.1:${port('GATEWAY_PORT', 8080)}`,
      username: 'admin',
      password: `${gateway}`,
    },
    admin: { username: 'admin', password: `${administrator}` },
    mysql: { url: `mysql://app:${mysql}@${database}:3306/microdb` },
    kafka: { brokers: '' },
    rabbitmq: { url: '', management: '' },
  };
}

/**
 * Starts the system, unless it is up from another file of tests, and writes where it answers into the file
 * that `testStack()` reads.
 *
 * @param service one that the other setting has not
 */
export async function bringUp(project: ComposeProject, service: string): Promise<Endpoints> {
  if (!(await project.isUp(service))) await project.up();
  const endpoints = await endpointsOf(project);
  await writeFile(process.env.TEST_STACK ?? '', JSON.stringify(endpoints), { mode: 0o600 });
  return endpoints;
}

/** The system with its gateways, which most tests are about. */
export function bringUpWithGateways(): Promise<Endpoints> {
  return bringUp(withGateways, 'gateway-1');
}
