import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { follow } from '../instance/follow.ts';
import { type Instance, makeFolders } from '../instance/instance.ts';
import { ROOT } from '../paths.ts';
import type { Session } from './session.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A terminal's Ctrl-C may arrive twice, from the terminal and from npm: within this time it is one. */
const SAME_SIGNAL_MS = 500;

/**
 * Calls `stop` at the first signal that asks this process to end, `force` at a second one.
 *
 * @returns removes the handlers
 */
export function onStopSignals(stop: () => void, force: () => void): () => void {
  let first: number | undefined;
  const handler = () => {
    if (first === undefined) {
      first = Date.now();
      stop();
    } else if (Date.now() - first > SAME_SIGNAL_MS) {
      force();
    }
  };
  for (const signal of SIGNALS) process.on(signal, handler);
  return () => {
    for (const signal of SIGNALS) process.off(signal, handler);
  };
}

/**
 * Brings an instance up and runs it until a signal comes; then, or if the bring-up fails, ends everything it
 * started. A second signal kills at once.
 *
 * @param bringUp resolves when the instance is ready
 * @returns the exit code: 0 if it was ready before it was ended
 * @throws what `bringUp` throws
 */
export async function superviseUntilSignal(
  session: Session,
  bringUp: () => Promise<void>,
): Promise<number> {
  const signalled = new Promise<'signalled'>((resolve) => {
    const stop = () => {
      console.error('Stopping …');
      resolve('signalled');
    };
    onStopSignals(stop, () => {
      session.supervisor.kill();
      process.exit(130);
    });
  });
  const ready = bringUp();
  ready.catch(() => undefined);
  try {
    if ((await Promise.race([ready, signalled])) === 'signalled') return 130;
    process.send?.('ready');
    if (process.connected) process.disconnect();
    await signalled;
    return 0;
  } finally {
    await session.close();
    console.error('Stopped.');
  }
}

/**
 * Runs a command of this program in the background, and shows what it writes until it is ready.
 *
 * @param args the command with its arguments; it calls `superviseUntilSignal`
 * @returns 0 when it is ready and goes on by itself, its exit code if it ended before
 */
export async function detach(instance: Instance, args: readonly string[]): Promise<number> {
  await makeFolders(instance);
  const file = join(instance.logs, 'supervisor.log');
  const log = openSync(file, 'w', 0o600);
  const child = spawn(process.execPath, [join(ROOT, 'local', 'run.mjs'), ...args], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const stopFollowing = follow(file, (text) => process.stdout.write(text));
  const removeHandlers = onStopSignals(
    () => child.kill('SIGTERM'),
    () => child.kill('SIGINT'),
  );
  const code = await Promise.race([
    once(child, 'message').then(() => 0),
    once(child, 'exit').then(([ended]) => (ended as number | null) ?? 1),
  ]);
  await stopFollowing();
  removeHandlers();
  if (child.connected) child.disconnect();
  child.unref();
  return code;
}
