import { type ProcessTable, processTable } from './process-table.ts';

/** A process beyond doubt: numbers are used again, a number with its start time is not. */
export type ProcessIdentity = {
  readonly pid: number;
  /** When it was started: on Linux the boot's id and clock ticks since then, elsewhere date and time. */
  readonly started: string;
};

/** The identity of a process that runs now; undefined where none does (a zombie has ended). */
export function identify(
  pid: number,
  table: ProcessTable = processTable,
): ProcessIdentity | undefined {
  const row = table.find(pid);
  return row === undefined ? undefined : { pid, started: row.started };
}

/** Whether exactly this process still runs. */
export function isAlive(identity: ProcessIdentity, table: ProcessTable = processTable): boolean {
  return identify(identity.pid, table)?.started === identity.started;
}
