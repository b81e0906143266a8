import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Instance } from '../driver.ts';

/**
 * Starts a function's bundle as a process.
 *
 * It is the leader of a process group of its own, so that a terminal's Ctrl-C ends this process
 * alone, which then drains. The IPC channel carries no message: it closes when this process ends
 * in whatever way, and then the function drains and ends by itself.
 */
export function startChild(
  bundle: string,
  env: NodeJS.ProcessEnv,
  onLine: (line: string) => void,
): Pick<Instance, 'exited' | 'stop'> {
  const child = spawn(process.execPath, ['--enable-source-maps', bundle], {
    cwd: dirname(bundle),
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', onLine);
  }
  const ended = once(child, 'exit').then(
    ([code, signal]) => (signal ? `ended by ${signal}` : `exited with ${code}`),
    (error: Error) => `could not be started: ${error.message}`,
  );
  const stop = async (graceMs: number): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await ended;
    clearTimeout(timer);
  };
  return { exited: ended, stop };
}
