import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { findProgram } from '../../packages/program.ts';
import type { Source } from '../../packages/source.ts';
import { isAtLeast } from '../../packages/version.ts';
import { run } from '../../process/run.ts';
import { type MysqlProgram, OLDEST_MYSQL } from './requirements.ts';

const APPARMOR_PROFILE = '/etc/apparmor.d/usr.sbin.mysqld';
const APPARMOR_SWITCH = '/sys/module/apparmor/parameters/enabled';

/**
 * Reads the version out of `mysqld --version`; undefined for MariaDB, which answers to the same name and
 * does not take this project's schema.
 */
export function parseMysqlVersion(text: string): string | undefined {
  if (/mariadb/i.test(text)) return undefined;
  return /Ver (\d+(?:\.\d+)+)/.exec(text)?.[1];
}

/** Ubuntu's profile lets the installed mysqld write to the system's own data folder alone. */
async function isConfined(): Promise<boolean> {
  if (!existsSync(APPARMOR_PROFILE)) return false;
  const enabled = await readFile(APPARMOR_SWITCH, 'utf8').catch(() => 'N');
  return enabled.trim() === 'Y';
}

/** The machine's own mysqld. */
export const installedMysql: Source<MysqlProgram> = {
  name: 'installed on this machine',
  async find() {
    const path = await findProgram('mysqld');
    if (path === undefined || (await isConfined())) return undefined;
    const { stdout } = await run(path, ['--version']);
    const version = parseMysqlVersion(stdout);
    if (version === undefined || !isAtLeast(version, OLDEST_MYSQL)) return undefined;
    return { program: { command: [path], env: {} }, args: [] };
  },
};
