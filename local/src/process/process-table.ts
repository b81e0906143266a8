import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** What the system tells of a process. */
export type ProcessRow = {
  readonly pid: number;
  /** The number of the session that it belongs to; where sessions cannot be asked for, its group's. */
  readonly session: number;
  /** Tells it from any other process that had the same number or will have it. */
  readonly started: string;
};

/** Looks into the system's processes; one that has ended, but was not waited for yet, is none. */
export type ProcessTable = {
  find(pid: number): ProcessRow | undefined;
  all(): ProcessRow[];
};

/**
 * Reads `/proc/PID/stat` (proc_pid_stat(5)). The command's name in it stands in parentheses and may itself
 * hold spaces and parentheses.
 */
function readProc(pid: number): ProcessRow | undefined {
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

/** Linux. */
export const procTable: ProcessTable = {
  find: readProc,
  all: () =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => readProc(Number(name)) ?? []),
};

/** Each is an option of its own: some take what follows a `=` for the column's title, to the end. */
const PS_COLUMNS = ['pid', 'pgid', 'stat', 'lstart'];

/** Reads the lines that `ps` prints with these columns and no titles. */
export function parsePs(text: string): ProcessRow[] {
  return text.split('\n').flatMap((line) => {
    const [, pid, group, state, started] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line) ?? [];
    if (state === undefined || started === undefined || state.startsWith('Z')) return [];
    return { pid: Number(pid), session: Number(group), started };
  });
}

function ps(...selection: string[]): ProcessRow[] {
  try {
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
    const args = [...PS_COLUMNS.flatMap((name) => ['-o', `${name}=`]), ...selection];
    return parsePs(execFileSync('ps', args, { env, encoding: 'utf8', stdio: 'pipe' }));
  } catch {
    // Where nothing is selected, it fails.
    return [];
  }
}

/**
 * Any other Unix, by its `ps`, which macOS has no /proc instead of. It tells no session apart, but each
 * process that leads one leads a group too, which those that it starts belong to.
 */
export const psTable: ProcessTable = {
  find: (pid) => ps('-p', String(pid))[0],
  all: () => ps('-A'),
};

/** This system's. */
export const processTable = process.platform === 'linux' ? procTable : psTable;
