import { pino } from 'pino';
import { readConfig } from './config.ts';
import { type Provider, startProvider } from './provider.ts';

const log = pino({ name: 'provider', level: process.env.LOG_LEVEL || 'info' });

try {
  const config = readConfig(process.env);
  const provider = await startProvider(config, log);
  log.info({ address: provider.address, driver: config.DRIVER }, 'ready');
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    void end(provider);
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
} catch (err) {
  log.fatal({ err }, 'the provider could not start');
  process.exit(1);
}

async function end(provider: Provider): Promise<void> {
  try {
    await provider.close();
    process.exit(0);
  } catch (err) {
    log.fatal({ err }, 'the provider could not end in order');
    process.exit(1);
  }
}
