import { pino } from 'pino';
import { DEFAULT_DOCKER_HOST, readConfig } from './config.ts';
import { becomeOrdinaryUser } from './drivers/docker/open-docker-driver.ts';
import { type Provider, startProvider } from './provider.ts';

const log = pino({ name: 'provider', level: process.env.LOG_LEVEL || 'info' });

let provider: Provider | undefined;
let stopping = false;
const stop = () => {
  if (stopping) return;
  stopping = true;
  // Before it serves there is nothing to drain, and replicas survive its end.
  if (provider) void end(provider);
  else process.exit(0);
};
// Early, since a container's first process hears no signal that it does not listen for.
process.on('SIGTERM', stop).on('SIGINT', stop);

try {
  if (process.env.DRIVER === 'docker') {
    becomeOrdinaryUser(process.env.DOCKER_HOST || DEFAULT_DOCKER_HOST);
  }
  const config = readConfig(process.env);
  provider = await startProvider(config, log);
  log.info({ address: provider.address, driver: config.DRIVER }, 'ready');
} catch (err) {
  log.fatal({ err }, 'the provider could not start');
  process.exit(1);
}

async function end(serving: Provider): Promise<void> {
  try {
    await serving.close();
    process.exit(0);
  } catch (err) {
    log.fatal({ err }, 'the provider could not end in order');
    process.exit(1);
  }
}
