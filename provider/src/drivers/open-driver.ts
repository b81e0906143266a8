import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { openDockerDriver } from './docker/open-docker-driver.ts';
import type { Driver } from './driver.ts';
import { ProcessDriver } from './process/process-driver.ts';

/** The driver that the configuration names. @throws Error if it cannot be used. */
export function openDriver(config: Config, secrets: SecretStore, log: Logger): Promise<Driver> {
  if (config.DRIVER === 'process') {
    return ProcessDriver.open({
      manifestFile: config.FUNCTIONS_MANIFEST,
      mountsDir: join(config.STATE_DIR, 'mounts'),
      secrets,
    });
  }
  const { COMPOSE_PROJECT: project, COMPOSE_SERVICE: service } = config;
  return openDockerDriver({
    address: config.DOCKER_HOST,
    network: config.DOCKER_NETWORK,
    compose: project === undefined ? undefined : { project, service },
    identityFile: join(config.STATE_DIR, 'identity'),
    secrets,
    log,
  });
}
