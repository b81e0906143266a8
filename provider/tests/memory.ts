import { readFileSync } from 'node:fs';

/** A process's resident memory now, by Linux' /proc. */
export function residentBytes(pid: number): number {
  return field(pid, 'VmRSS');
}

/** The most that its resident memory has ever been. */
export function peakResidentBytes(pid: number): number {
  return field(pid, 'VmHWM');
}

function field(pid: number, name: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const [kibibytes] = new RegExp(`(?<=^${name}:\\s+)\\d+`, 'm').exec(status) ?? [];
  if (kibibytes === undefined) throw new Error(`The process ${pid} has no ${name}`);
  return Number(kibibytes) * 1_024;
}
