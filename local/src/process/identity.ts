import { readFileSync } from 'node:fs';

/** A process beyond doubt: numbers are used again, a number with its start time is not. */
export type ProcessIdentity = {
  readonly pid: number;
  /** Boot id and start time in clock ticks since that boot. */
  readonly started: string;
};

/**
 * The fields of `/proc/PID/stat` that follow the command's name (proc_pid_stat(5)). The name stands in
 * parentheses and may itself hold spaces and parentheses.
 *
 * @returns state (3rd field of the file) first, or undefined where there is no such process
 */
export function statFields(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** The identity of a process that runs now; undefined where none does (a zombie has ended). */
export function identify(pid: number): ProcessIdentity | undefined {
  const fields = statFields(pid);
  if (fields === undefined || fields[0] === 'Z' || fields[0] === 'X') return undefined;
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return { pid, started: `${boot}:${fields[19]}` };
}

/** Whether exactly this process still runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.started === identity.started;
}
