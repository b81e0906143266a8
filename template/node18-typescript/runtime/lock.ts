import { rmSync, writeFileSync } from 'node:fs';
import { log } from './log.ts';

/** Writes the file that says to probes which run a command that the function is ready. */
export function lock(file: string | undefined): void {
  if (file === undefined) return;
  try {
    writeFileSync(file, '');
  } catch (error) {
    log('warn', 'The lock file could not be written; suppress_lock=true does without', {
      file,
      reason: (error as Error).message,
    });
  }
}

/** Takes it away again. */
export function unlock(file: string | undefined): void {
  if (file !== undefined) rmSync(file, { force: true });
}
