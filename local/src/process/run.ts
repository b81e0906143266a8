import { execFile } from 'node:child_process';

/** A command that could not be run or ended with an error; its message carries the end of its output. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

type RunOptions = {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
};

const OUTPUT_LIMIT = 64 * 1024 * 1024;

/** The last lines of a text. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

/**
 * Runs a command to its end, without a shell.
 *
 * @returns what it wrote to standard output and, apart, to standard error
 * @throws CommandError where it is not there, fails or is ended by a signal
 */
export function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    execFile(
      command,
      [...args],
      { maxBuffer: OUTPUT_LIMIT, ...options },
      (error, stdout, stderr) => {
        if (error === null) return resolve({ stdout, stderr });
        const how = typeof error.code === 'number' ? `ended with ${error.code}` : error.message;
        const output = lastLines(`${stdout}\n${stderr}`, 20);
        reject(new CommandError(`${command} ${how}\n${output}`, { cause: error }));
      },
    );
  });
}

/** Whether the command can be run: it is found and ends without an error. */
export async function runs(command: string, args: readonly string[]): Promise<boolean> {
  return run(command, args).then(
    () => true,
    () => false,
  );
}
