import { readFile } from 'node:fs/promises';

/** Which distribution this machine runs, of os-release(5). */
export type Machine = { readonly id: string; readonly codename: string };

/** Reads os-release(5): lines `NAME=value`, the value perhaps in quotes. */
export function parseOsRelease(text: string): Machine {
  const value = (name: string) =>
    new RegExp(`^${name}=["']?([^"'\n]*)["']?$`, 'm').exec(text)?.[1] ?? '';
  return { id: value('ID'), codename: value('VERSION_CODENAME') };
}

/** This machine's distribution; empty strings where it does not say. */
export async function thisMachine(): Promise<Machine> {
  return parseOsRelease(await readFile('/etc/os-release', 'utf8').catch(() => ''));
}
