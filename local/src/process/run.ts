import { type ChildProcess, spawn } from 'node:child_process';

/** A command that could not be run or ended with an error; its message carries the end of its output. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

type RunOptions = {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
};

const running = new Map<ChildProcess, Promise<unknown>>();
let ending = false;

/** The last lines of a text. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

/**
 * Runs a command to its end, without a shell. It has a session of its own: a terminal's Ctrl-C does not
 * reach it, `endCommands` does.
 *
 * @returns what it wrote to standard output and, apart, to standard error
 * @throws CommandError where it is not there, fails or is ended by a signal
 */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<{ stdout: string; stderr: string }> {
  if (ending) throw new CommandError(`${command} is not begun, since everything is being stopped`);
  const child = spawn(command, args, {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const texts = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.stderr += text;
  });
  const ended = endOf(child);
  running.set(child, ended);
  const how = await ended;
  running.delete(child);
  if (how === undefined) return texts;
  const output = lastLines(`${texts.stdout}\n${texts.stderr}`, 20);
  throw new CommandError(`${command} ${how}\n${output}`);
}

/** How a process came to its end; undefined where it succeeded. */
function endOf(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => {
      if (code === 0) resolve(undefined);
      else resolve(signal === null ? `ended with ${code}` : `was ended by ${signal}`);
    });
  });
}

/** Kills all commands that run, with what they have started, and lets none begin any more. */
export async function endCommands(): Promise<void> {
  ending = true;
  killCommands();
  await Promise.all(running.values());
}

function killCommands(): void {
  for (const { pid } of running.keys()) {
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

process.on('exit', killCommands);
