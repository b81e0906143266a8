import { execFile } from 'node:child_process';
import { basename, dirname } from 'node:path';

export interface Finished {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command of this project, for the instance under test. */
export function command(name: string, ...args: string[]): Promise<Finished> {
  const instance = basename(dirname(process.env.TEST_STACK ?? ''));
  const program = ['--import', 'tsx', 'local/src/cli.ts', name, ...args, '--instance', instance];
  return new Promise((resolve) => {
    const env = { ...process.env, MOVIES_TOPIC: process.env.TEST_MOVIES_TOPIC };
    const child = execFile(process.execPath, program, { env }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}
