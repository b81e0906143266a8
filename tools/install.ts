import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

interface Manifest {
  readonly name?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * Installs what a function's package.json asks for into its own folder, by its lockfile as far as
 * that fits; nothing, where that was done since either was changed. Functions that are workspaces of the root have theirs from the root's lockfile; for any
 * other one, a package that merely lies about in the root could be of another version.
 * @param root the folder whose workspaces are installed already.
 * @throws Error with what npm said.
 */
export async function installDependencies(root: string, folder: string): Promise<void> {
  const { name = '', dependencies = {} } = await readManifest(folder);
  const names = Object.keys(dependencies);
  if (names.length === 0 || (await isWorkspace(root, folder, name))) return;
  if (await isUpToDate(folder)) return;
  try {
    await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: folder });
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    const reason = `${stderr || message}`.trim();
    throw new Error(`${names.join(', ')} could not be installed in ${folder}:\n${reason}`, {
      cause: error,
    });
  }
}

async function readManifest(folder: string): Promise<Manifest> {
  const file = join(folder, 'package.json');
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as Manifest) : {};
}

/** Whether npm has installed since what is asked for was changed last. */
async function isUpToDate(folder: string): Promise<boolean> {
  const changed = ['package.json', 'package-lock.json'].map((file) => changedAt(folder, file));
  const installed = await changedAt(folder, 'node_modules/.package-lock.json');
  return Math.max(...(await Promise.all(changed))) <= installed;
}

/** Milliseconds since 1970; 0 if the file does not exist. */
async function changedAt(folder: string, file: string): Promise<number> {
  const stats = await stat(join(folder, file)).catch(() => undefined);
  return stats?.mtimeMs ?? 0;
}

/** npm links each workspace into the root's node_modules, by its name. */
async function isWorkspace(root: string, folder: string, name: string): Promise<boolean> {
  const linked = await realpath(join(root, 'node_modules', name)).catch(() => undefined);
  return linked === (await realpath(folder));
}
