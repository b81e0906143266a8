import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, type ProcessIdentity } from './identity.ts';
import { sendSignal } from './leftovers.ts';
import { lastLines } from './run.ts';

/** How a long-running process is started and ended. */
export type ServiceSpec = {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** The whole environment of the process. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly log: string;
  /** The signal that asks it to finish its work and end. */
  readonly stopSignal?: NodeJS.Signals;
  /** How long it may take for that before it is killed, in milliseconds. */
  readonly graceMs?: number;
  /** Its purpose is to keep data: it may be killed when the data is no longer wanted. */
  readonly keepsData?: boolean;
};

/** A process that runs in its own session: a terminal's Ctrl-C does not reach it. */
export type Service = {
  readonly spec: ServiceSpec;
  readonly identity: ProcessIdentity;
  /** How it ended, for a message; undefined while it runs. */
  ended(): string | undefined;
  readonly exit: Promise<void>;
  /** What it has written to its log since it was started. */
  output(): string;
  /** Sends a signal to it and all processes of its group. */
  kill(signal: NodeJS.Signals): void;
};

const GRACE_MS = 20_000;

/**
 * Starts a process; its output is appended to its log.
 *
 * @throws Error if the program cannot be run
 */
export async function startService(spec: ServiceSpec): Promise<Service> {
  const log = openSync(spec.log, 'a', 0o600);
  const offset = fstatSync(log).size;
  const [program, ...args] = spec.command;
  const stdio = ['ignore' as const, log, log];
  const child = spawn(program, args, { cwd: spec.cwd, env: spec.env, stdio, detached: true });
  closeSync(log);
  await once(child, 'spawn');
  const pid = child.pid as number;
  return {
    spec,
    identity: identify(pid) ?? { pid, started: '' },
    exit: once(child, 'exit').then(() => sendSignal(-pid, 'SIGKILL')),
    ended: () => howItEnded(child),
    output: () => readFrom(spec.log, offset),
    kill: (signal) => sendSignal(-pid, signal),
  };
}

function readFrom(file: string, offset: number): string {
  const opened = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(opened).size - offset));
    return bytes.toString('utf8', 0, readSync(opened, bytes, 0, bytes.length, offset));
  } finally {
    closeSync(opened);
  }
}

function howItEnded({ signalCode, exitCode }: ChildProcess): string | undefined {
  if (signalCode !== null) return `ended by ${signalCode}`;
  return exitCode === null ? undefined : `ended with code ${exitCode}`;
}

/** A service that ended, or did not become ready in time; the message has the end of its log. */
export class ServiceFailed extends Error {
  override readonly name = 'ServiceFailed';

  constructor(service: Service, what: string) {
    super(`${service.spec.name} ${what}\n${lastLines(service.output(), 20)}`);
  }
}

/**
 * Asks repeatedly until a service is ready.
 *
 * @param check gives true when it is; an error or false means: not yet
 * @throws ServiceFailed if it ends first, or is not ready in time
 */
export async function untilReady(
  service: Service,
  check: () => Promise<boolean> | boolean,
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const ready = await Promise.resolve()
      .then(check)
      .catch(() => false);
    const ended = service.ended();
    if (ended !== undefined) throw new ServiceFailed(service, `${ended} before it was ready`);
    if (ready) return;
    if (Date.now() > deadline) {
      throw new ServiceFailed(service, `was not ready after ${timeoutMs / 1000} s`);
    }
    await sleep(50);
  }
}

/** Ends a service: asks, waits for its grace period, then kills it and what it left behind. */
export async function stopService(service: Service): Promise<void> {
  const { identity, spec, exit } = service;
  if (service.ended() !== undefined) return exit;
  sendSignal(identity.pid, spec.stopSignal ?? 'SIGTERM');
  const timer = setTimeout(() => service.kill('SIGKILL'), spec.graceMs ?? GRACE_MS);
  await exit;
  clearTimeout(timer);
}
