import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ROOT } from '../paths.ts';
import type { Counts } from './jest.ts';

/**
 * Runs `npm run check`: format, lint, types. What it says is printed when it is done.
 *
 * @returns counted as one test where it failed, as none where it found nothing
 */
export async function staticChecks(signal: AbortSignal): Promise<Counts> {
  const child = spawn('npm', ['run', '--silent', 'check'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = await once(child, 'close');
  if (code === 0) return { passed: 0, failed: 0, skipped: 0 };
  console.error(Buffer.concat(chunks).toString());
  return { passed: 0, failed: 1, skipped: 0 };
}
