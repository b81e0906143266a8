import { randomUUID } from 'node:crypto';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { findProgram, isAtLeast } from '../packages/program.ts';
import { LOCAL } from '../paths.ts';
import { storageFault } from '../process/storage-fault.ts';
import type { Check } from './check.ts';

const OLDEST_NODE = '20.19';
const ARCHITECTURES = ['x64', 'arm64'];
const MIB = 1024 ** 2;

/** All servers unpacked, what is kept of them meanwhile, and their first data. */
const DISK_TO_DOWNLOAD = 2048 * MIB;
/** Data and logs alone. */
const DISK_TO_RUN = 512 * MIB;
/** What the servers and the project's own processes hold at rest. */
const MEMORY = 1024 * MIB;

const inMib = (bytes: number) => `${Math.floor(bytes / MIB)} MiB`;

export function checkNode(version: string): Check {
  const check = { name: 'Node', found: version };
  if (isAtLeast(version, OLDEST_NODE)) return check;
  return { ...check, fix: `install Node ${OLDEST_NODE} or newer` };
}

export function checkPlatform(platform: string, architecture: string): Check {
  const check = { name: 'platform', found: `${platform} ${architecture}` };
  if (platform === 'linux' && ARCHITECTURES.includes(architecture)) return check;
  return { ...check, fix: 'use Docker: docker compose up --wait' };
}

/** @param downloads whether servers must still be downloaded */
export function checkDisk(free: number, downloads: boolean): Check {
  const needed = downloads ? DISK_TO_DOWNLOAD : DISK_TO_RUN;
  const check = { name: 'disk', found: `${inMib(free)} free` };
  if (free >= needed) return check;
  return { ...check, fix: `free ${inMib(needed)} on the disk that holds ${LOCAL}` };
}

/** @param running whether the running instance already holds the memory it needs */
export function checkMemory(free: number, running: boolean): Check {
  const check = { name: 'memory', found: `${inMib(free)} free` };
  if (running || free >= MEMORY) return check;
  return { ...check, fix: `stop other programs: the system needs ${inMib(MEMORY)}` };
}

async function checkLock(): Promise<Check> {
  const path = await findProgram('flock');
  if (path !== undefined) return { name: 'locks', found: path };
  return { name: 'locks', found: 'no flock', fix: 'install the package util-linux' };
}

/** Whether files can be kept below `.local`: tried, since rights and a full disk show in no other way. */
async function checkFolder(): Promise<Check> {
  const name = 'folder';
  const file = join(LOCAL, `.doctor-${randomUUID()}`);
  try {
    await mkdir(LOCAL, { recursive: true });
    await writeFile(file, 'x');
    return { name, found: LOCAL };
  } catch (error) {
    const [fix = ''] = (storageFault(error) ?? String(error)).split('\n');
    return { name, found: `${LOCAL} cannot be written to`, fix };
  } finally {
    await rm(file, { force: true }).catch(() => undefined);
  }
}

async function checkFreeDisk(downloads: boolean): Promise<Check[]> {
  const disk = await statfs(LOCAL).catch(() => undefined);
  return disk === undefined ? [] : [checkDisk(disk.bavail * disk.bsize, downloads)];
}

/** The machine itself, as far as the start depends on it. */
export async function checkMachine(downloads: boolean, running: boolean): Promise<Check[]> {
  return [
    checkNode(process.versions.node),
    checkPlatform(process.platform, process.arch),
    { name: 'dependencies', found: 'installed as package-lock.json says' },
    await checkLock(),
    await checkFolder(),
    ...(await checkFreeDisk(downloads)),
    checkMemory(freemem(), running),
  ];
}
