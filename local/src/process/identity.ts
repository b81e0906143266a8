import { readdirSync, readFileSync } from 'node:fs';

/** A process beyond doubt: numbers are reused, a number with its start time is not. */
export type ProcessIdentity = {
  readonly pid: number;
  /** The boot's id, and the clock ticks from then to the start of the process. */
  readonly started: string;
};

/**
 * Refuses systems without /proc: a supervisor there could not recognise its own processes again.
 *
 * @throws Error that says what to use instead
 */
export function requireLinux(platform: string = process.platform): void {
  if (platform === 'linux') return;
  throw new Error(
    `npm start supervises its processes by Linux's /proc, which ${platform} does not have. Use: docker compose up --wait`,
  );
}

/**
 * Reads `/proc/PID/stat` (proc_pid_stat(5)). The command's name in it stands in parentheses and may itself
 * contain spaces and parentheses.
 */
function readProcess(pid: number): (ProcessIdentity & { session: number }) | undefined {
  let fields: string[];
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
  const [state, , , session] = fields;
  if (state === 'Z' || state === 'X') return undefined;
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return { pid, session: Number(session), started: `${boot}:${fields[19]}` };
}

/** The identity of a running process; undefined if there is none (a zombie has ended). */
export function identify(pid: number): ProcessIdentity | undefined {
  const row = readProcess(pid);
  return row === undefined ? undefined : { pid, started: row.started };
}

/** Whether exactly this process is still running. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.started === identity.started;
}

/** The numbers of all processes of a session. */
export function processesOf(session: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? [])
    .filter((row) => row.session === session)
    .map(({ pid }) => pid);
}
