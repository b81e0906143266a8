import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FunctionModule } from '../types.ts';
import { closeable } from './closing.ts';
import { type Config, readConfig } from './config.ts';
import { createMetricsServer } from './metrics.ts';
import { log, logError } from './output.ts';
import { createFunctionServer, type Lifecycle } from './server.ts';

/**
 * Serves a function until the process is told to stop. Ends the process itself: 0 after a drain,
 * 1 if it could not start or continue.
 */
export async function run(module: FunctionModule): Promise<void> {
  surviveLostReaders();
  try {
    await serve(module, readConfig(process.env));
  } catch (error) {
    logError('The function could not start', error);
    process.exit(1);
  }
}

async function serve(module: FunctionModule, config: Config): Promise<void> {
  if (typeof module.default !== 'function') {
    throw new TypeError('handler.ts must export a function as its default');
  }
  const lifecycle: Lifecycle = { phase: 'starting' };
  const server = createFunctionServer(module, config, lifecycle);
  const metrics = createMetricsServer();
  const close = closeable(server);
  const stop = stopOnce(lifecycle, (wasReady) => drain(module, config, wasReady, close));
  await Promise.all([
    listen(server, config.port, config.host),
    listen(metrics, config.metricsPort, config.host),
  ]);
  drainOnRequest(stop);
  goDownOnFaults(stop);
  announce({ port: portOf(server), metricsPort: portOf(metrics) });
  await module.init?.();
  if (lifecycle.phase !== 'starting') return;
  lifecycle.phase = 'ready';
  lock(config.lockFile);
  log('info', 'ready', { port: portOf(server) });
}

async function listen(server: Server, port: number, host: string | undefined): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening');
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Tells a parent that started this process over an IPC channel where it listens. */
function announce(ports: { port: number; metricsPort: number }): void {
  if (process.connected) process.send?.(ports, undefined, undefined, () => {});
}

/** A function whose log reader is gone still drains properly. */
function surviveLostReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

function drainOnRequest(stop: (code: number) => void): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(0));
  // The parent that started this process over an IPC channel is gone and cannot stop it.
  if (process.connected) process.once('disconnect', () => stop(0));
  else if (process.send) stop(0);
}

function goDownOnFaults(stop: (code: number) => void): void {
  process.on('unhandledRejection', (error) => logError('A rejection was not handled', error));
  process.on('uncaughtException', (error) => {
    logError('An exception was not caught: the function ends after what is in flight', error);
    stop(1);
  });
}

function stopOnce(
  lifecycle: Lifecycle,
  drain: (wasReady: boolean) => Promise<void>,
): (code: number) => void {
  return (code) => {
    if (lifecycle.phase === 'draining') return;
    const wasReady = lifecycle.phase === 'ready';
    lifecycle.phase = 'draining';
    drain(wasReady).then(
      () => process.exit(code),
      (error) => {
        logError('The function could not close', error);
        process.exit(1);
      },
    );
  };
}

async function drain(
  module: FunctionModule,
  config: Config,
  wasReady: boolean,
  close: () => Promise<void>,
): Promise<void> {
  if (wasReady) {
    unlock(config.lockFile);
    await sleep(config.healthcheckInterval);
  }
  const closed = close();
  await Promise.race(config.writeTimeout > 0 ? [closed, sleep(config.writeTimeout)] : [closed]);
  if (wasReady) await module.close?.();
}

/** Writes the file that tells command probes that the function is ready. */
export function lock(file: string | undefined): void {
  if (file === undefined) return;
  try {
    writeFileSync(file, '');
  } catch (error) {
    log('warn', 'The lock file could not be written; suppress_lock=true does without', {
      file,
      reason: (error as Error).message,
    });
  }
}

/** Removes that file. */
export function unlock(file: string | undefined): void {
  if (file !== undefined) rmSync(file, { force: true });
}
