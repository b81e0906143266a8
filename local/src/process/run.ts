import { type ChildProcess, spawn } from 'node:child_process';
import { sendSignal } from './leftovers.ts';

/** Settings of this project's parts and servers, which the user's shell may have for other reasons. */
const OURS =
  /^(MYSQL|KAFKA|RABBITMQ|ERL|SMTP|GATEWAY|OPENFAAS|MOVIES)_|^(PORT|HOST|secret_mount_path)$/;

/** The user's environment without what would configure this project's parts. */
export function cleanEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !OURS.test(name)));
}

/** A command that could not be run or failed; its message carries the end of its output. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

const running = new Map<ChildProcess, Promise<unknown>>();
let ending = false;

/** The last lines of a text. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

/**
 * Runs a command to its end, without a shell. It has its own session: a terminal's Ctrl-C does not reach it,
 * `endCommands` does.
 *
 * @returns what it wrote to standard output and to standard error
 * @throws CommandError if it does not exist, fails or is ended by a signal
 */
export async function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<{ stdout: string; stderr: string }> {
  if (ending) throw new CommandError(`${command} was not started: everything is being stopped`);
  const child = spawn(command, args, {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => {
      if (code === 0) resolve(undefined);
      else resolve(signal === null ? `ended with ${code}` : `was ended by ${signal}`);
    });
  });
  running.set(child, ended);
  const failure = await ended;
  running.delete(child);
  if (failure === undefined) return texts;
  const output = lastLines(`${texts.stdout}\n${texts.stderr}`, 20);
  throw new CommandError(`${command} ${failure}\n${output}`);
}

/** Kills all running commands with everything they started, and lets no other begin. */
export async function endCommands(): Promise<void> {
  ending = true;
  killCommands();
  await Promise.all(running.values());
}

function killCommands(): void {
  for (const { pid } of running.keys()) if (pid !== undefined) sendSignal(-pid, 'SIGKILL');
}

process.on('exit', killCommands);
