import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Instance } from '../driver.ts';
import { LineSplitter } from '../line-splitter.ts';
import { consumptionOf } from './consumption.ts';

/** What a function's process says over its channel once it listens. */
const Listening = z.object({ port: z.int().positive() });

interface Child extends Pick<Instance, 'exited' | 'stop' | 'consumption'> {
  /** The port that it has chosen to listen at. Rejects if it ends first. */
  readonly port: Promise<number>;
}

/**
 * Starts a function's bundle as a process.
 *
 * It leads its own process group, so that a terminal's Ctrl-C reaches only this process, which
 * then drains. Its IPC channel closes when this process ends for any reason; the function then
 * drains and ends by itself.
 */
export function startChild(
  bundle: string,
  env: NodeJS.ProcessEnv,
  onLine: (line: string) => void,
): Child {
  const child = spawn(process.execPath, ['--enable-source-maps', bundle], {
    cwd: dirname(bundle),
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) passOn(stream, onLine);
  }
  const exited = once(child, 'exit').then(
    ([code, signal]) => (signal ? `ended by ${signal}` : `exited with ${code}`),
    (error: Error) => `could not be started: ${error.message}`,
  );
  return {
    exited,
    port: Promise.race([listening(child), exited.then((how) => Promise.reject(new Error(how)))]),
    consumption: async () => (child.pid === undefined ? undefined : consumptionOf(child.pid)),
    stop: (graceMs) => stop(child, exited, graceMs),
  };
}

function passOn(output: Readable, onLine: (line: string) => void): void {
  const splitter = new LineSplitter(onLine);
  output.on('data', (bytes) => splitter.add(bytes)).on('end', () => splitter.end());
}

async function listening(child: ChildProcess): Promise<number> {
  const message = await new Promise((resolve) => child.once('message', resolve));
  return Listening.parse(message).port;
}

async function stop(child: ChildProcess, exited: Promise<string>, graceMs: number): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await exited;
  clearTimeout(timer);
}
