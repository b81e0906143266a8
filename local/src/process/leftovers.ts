import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isAlive, type ProcessIdentity } from './identity.ts';
import { type ProcessTable, processTable } from './process-table.ts';

const GRACE_MS = 10_000;

/**
 * What a killed supervisor left running: each of its processes had a session of its own, so the session's
 * number tells also what those processes started. While anything of a session runs, its number is not used
 * again; a number whose process has another start time is somebody else's session.
 */
export function sessionMembers(
  leader: ProcessIdentity,
  table: ProcessTable = processTable,
): number[] {
  const now = identify(leader.pid, table);
  if (now !== undefined && now.started !== leader.started) return [];
  const members = table.all().filter(({ session }) => session === leader.pid);
  return members.map(({ pid }) => pid);
}

/** Ends the sessions of these processes: asks their leaders, and kills what is left after a grace. */
export async function endLeftovers(leaders: readonly ProcessIdentity[]): Promise<void> {
  for (const leader of leaders) {
    if (isAlive(leader)) send(leader.pid, 'SIGTERM');
  }
  const deadline = Date.now() + GRACE_MS;
  while (leaders.some((leader) => isAlive(leader)) && Date.now() < deadline) await sleep(100);
  for (const pid of leaders.flatMap((leader) => sessionMembers(leader))) send(pid, 'SIGKILL');
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
