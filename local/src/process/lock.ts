import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { findProgram } from '../packages/program.ts';

type Holder = (file: string) => readonly [string, ...string[]];

/** Commands that take a lock by flock(2), say so, and hold it until their standard input ends. */
export const HOLDERS = {
  flock: (file) => ['flock', file, 'sh', '-c', 'echo held; exec cat >&2'],
  perl: (file) => ['perl', '-e', PERL_HOLDER, file],
} satisfies Record<string, Holder>;

const PERL_HOLDER = `
  use Fcntl ':flock';
  open(FILE, '>>', $ARGV[0]) && flock(FILE, LOCK_EX) or exit 1;
  $| = 1;
  print "held\\n";
  1 while <STDIN>;`;

/** macOS has no flock(1). */
async function usualHolder(): Promise<Holder> {
  return (await findProgram('flock')) === undefined ? HOLDERS.perl : HOLDERS.flock;
}

/**
 * Runs `work` while holding an exclusive lock on a file, across processes. The lock is a child's that ends
 * with its standard input: the kernel gives it up even when this process is killed.
 *
 * @param file created where missing, and left there
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  holderOf?: Holder,
): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  const [program, ...args] = (holderOf ?? (await usualHolder()))(file);
  const holder = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
  const failed = once(holder, 'exit').then(([code]) => {
    throw new Error(`${program} ended with ${code} before it held ${file}`);
  });
  await Promise.race([once(holder.stdout, 'data'), failed]);
  failed.catch(() => undefined);
  try {
    return await work();
  } finally {
    const ended = once(holder, 'exit');
    holder.stdin.end();
    await ended;
  }
}
