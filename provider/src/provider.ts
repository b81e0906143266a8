import { join } from 'node:path';
import { closeable } from 'node18-typescript/closing';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { callEmpty, Timer } from './cron.ts';
import { openDriver } from './drivers/open-driver.ts';
import { FunctionStore } from './functions/function-store.ts';
import { Registry } from './functions/registry.ts';
import { createApp } from './http/app.ts';
import { LogBook } from './logs/log-book.ts';
import { Metrics } from './metrics.ts';
import { Invoker } from './proxy/invoke.ts';
import { SecretStore } from './secrets/secret-store.ts';

/** A running provider; `close` drains it and ends the replicas that cannot outlive it. */
export interface Provider {
  readonly address: string;
  close(): Promise<void>;
}

/** Assembles the provider, restores its deployments, and serves. */
export async function startProvider(config: Config, log: Logger): Promise<Provider> {
  const inState = (name: string) => join(config.STATE_DIR, name);
  const secrets = await SecretStore.open(inState('secrets'));
  const logs = await LogBook.open(inState('logs'));
  const driver = await openDriver(config, secrets, log);
  const metrics = new Metrics();
  const store = await FunctionStore.open(inState('functions'));
  let announce: (address: string) => void = () => {};
  // A restored timer may be due before this provider serves.
  const serving = new Promise<string>((resolve) => {
    announce = resolve;
  });
  const invoke = async (name: string) => callEmpty(await serving, name);
  const listener = new Timer({ invoke, log });
  const registry = new Registry({ driver, logs, log, store, listener });
  metrics.watch(registry);
  await registry.restore();
  const invoker = new Invoker({ registry, metrics, log });
  const app = createApp({ config, registry, secrets, logs, metrics, invoker, log });
  const closeServer = closeable(app.server);
  const address = await app.listen({ host: config.HOST, port: config.PORT });
  announce(address);
  // Requests in flight are answered before the replicas that answer them are ended.
  const close = async () => {
    listener.close();
    registry.refuseDeployments();
    await Promise.all([app.close(), closeServer()]);
    await registry.close();
    await logs.close();
  };
  return { address, close };
}
