import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isAlive, type ProcessIdentity, processesOf } from './identity.ts';

const GRACE_MS = 10_000;

/**
 * What a killed supervisor left running: each of its processes had its own session, so the session's number
 * also identifies what those processes started. The number is not reused while anything of the session runs;
 * if its process has another start time, the session is someone else's.
 */
export function sessionMembers(leader: ProcessIdentity): number[] {
  const now = identify(leader.pid);
  if (now !== undefined && now.started !== leader.started) return [];
  return processesOf(leader.pid);
}

/** Ends the sessions of these processes: asks their leaders, and kills what is left after a grace period. */
export async function endLeftovers(leaders: readonly ProcessIdentity[]): Promise<void> {
  for (const leader of leaders) if (isAlive(leader)) sendSignal(leader.pid, 'SIGTERM');
  const deadline = Date.now() + GRACE_MS;
  while (leaders.some((leader) => isAlive(leader)) && Date.now() < deadline) await sleep(100);
  for (const pid of leaders.flatMap((leader) => sessionMembers(leader))) sendSignal(pid, 'SIGKILL');
}

/** Sends a signal to a process, or with a negative number to a group; it may have ended already. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
