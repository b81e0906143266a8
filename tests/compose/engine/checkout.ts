import { existsSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../../local/src/paths.ts';
import { run } from '../../../local/src/process/run.ts';

/**
 * Copies what is in the repository, and what would be with the next commit, into a folder of its own: nothing
 * that only this machine has can help there.
 *
 * @param folder is replaced
 * @throws CommandError if this is no Git checkout
 */
export async function copyCheckout(folder: string): Promise<void> {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const { stdout } = await run('git', list, { cwd: ROOT });
  await rm(folder, { recursive: true, force: true });
  const files = stdout.split('\0').filter((file) => file !== '' && existsSync(join(ROOT, file)));
  for (const file of files) await cp(join(ROOT, file), join(folder, file));
}
