import { readFile } from 'node:fs/promises';
import type { Consumption } from '../driver.ts';

/** What Linux counts processor time in, for programs (USER_HZ; proc_pid_stat(5)). */
const TICKS_A_SECOND = 100;

/** What a process has consumed, from Linux's /proc; undefined if either is missing. */
export async function consumptionOf(pid: number): Promise<Consumption | undefined> {
  try {
    const [stat, status] = await Promise.all(
      ['stat', 'status'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8')),
    );
    // The second field is a name that may hold spaces; the 14th and 15th are the times.
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
    const [kibibytes] = /(?<=^VmRSS:\s+)\d+/m.exec(status ?? '') ?? [];
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND,
      memoryBytes: Number(kibibytes ?? 0) * 1_024,
    };
  } catch {
    return undefined;
  }
}
