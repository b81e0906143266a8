import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram } from './program.ts';

/** A Docker engine that shares this machine's files and its 127.0.0.1. */
export type Engine = {
  /** Docker's command line program. */
  readonly docker: string;
  /** Whom a container must run as, so that what it writes into a mounted folder is the user's own. */
  readonly user: { readonly uid: number; readonly gid: number };
  /**
   * How a container reaches what listens on this machine's 127.0.0.1: in the machine's own network, or by
   * a name that stands for the machine; undefined where it cannot.
   */
  readonly loopback: 'host network' | typeof HOST_NAME | undefined;
};

/** The machine's name for its containers, in Docker Desktop and wherever `--add-host` sets it. */
export const HOST_NAME = 'host.docker.internal';

/** What decides about an engine beside its own answer. */
type Host = { readonly platform: NodeJS.Platform; readonly uid: number; readonly gid: number };

/** The part of `docker info` that matters here. */
type Info = {
  readonly ServerVersion?: string;
  readonly OSType?: string;
  readonly OperatingSystem?: string;
  readonly SecurityOptions?: readonly string[];
};

const PATIENCE_MS = 5000;
const execute = promisify(execFile);

/**
 * Reads what `docker info` printed as JSON.
 *
 * @param socket the engine's address; one over a network is another machine's
 * @returns undefined where no Docker engine for Linux containers has answered
 * @throws Error where the engine is another machine's
 */
export function readEngine(
  docker: string,
  info: Info,
  socket: string,
  { platform, uid, gid }: Host,
): Engine | undefined {
  if (!info.ServerVersion || info.OSType !== 'linux') return undefined;
  if (!socket.startsWith('unix://')) throw new Error(`${socket} is another machine's engine`);
  const virtual = platform !== 'linux' || info.OperatingSystem === 'Docker Desktop';
  if (virtual) return { docker, user: { uid, gid }, loopback: HOST_NAME };
  const rootless = info.SecurityOptions?.some((option) => option.includes('name=rootless'));
  // A rootless engine's root is the user; its network is not the machine's.
  if (rootless) return { docker, user: { uid: 0, gid: 0 }, loopback: undefined };
  return { docker, user: { uid, gid }, loopback: 'host network' };
}

/**
 * The engine that `docker` talks to, by its context or DOCKER_HOST.
 *
 * @param path where the program is looked for, like PATH
 * @returns undefined where Docker is not installed, or its engine does not answer within seconds
 * @throws Error where the engine is another machine's
 */
export async function findEngine(path?: string): Promise<Engine | undefined> {
  const docker = await findProgram('docker', path);
  if (docker === undefined) return undefined;
  const ask = async (...args: string[]) =>
    (await execute(docker, args, { timeout: PATIENCE_MS, killSignal: 'SIGKILL' })).stdout;
  const answers = await Promise.all([
    ask('info', '--format', '{{json .}}'),
    ask('context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'),
  ]).catch(() => undefined);
  if (answers === undefined) return undefined;
  const [info, socket] = answers;
  const host = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  return readEngine(docker, parseInfo(info), socket.trim(), {
    platform: process.platform,
    ...host,
  });
}

/** Programs that only call themselves docker answer differently. */
function parseInfo(text: string): Info {
  try {
    return JSON.parse(text) as Info;
  } catch {
    return {};
  }
}
