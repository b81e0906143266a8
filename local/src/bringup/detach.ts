import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { follow } from '../instance/follow.ts';
import { type Instance, makeFolders } from '../instance/instance.ts';
import { ROOT } from '../paths.ts';
import { onStopSignals } from './supervise.ts';

/**
 * Runs a command of this program in the background, and shows what it writes until it is ready.
 *
 * @param args the command with its arguments; it calls `superviseUntilSignal`
 * @returns 0 when it is ready and goes on by itself, its own exit code where it ended before
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
  const handled = onStopSignals(
    () => child.kill('SIGTERM'),
    () => child.kill('SIGINT'),
  );
  const code = await Promise.race([
    once(child, 'message').then(() => 0),
    once(child, 'exit').then(([ended]) => (ended as number | null) ?? 1),
  ]);
  await stopFollowing();
  handled();
  if (child.connected) child.disconnect();
  child.unref();
  return code;
}
