import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { type Instance, writePrivate } from '../instance/instance.ts';
import { PREFERRED_PORTS } from '../instance/ports.ts';
import { instanceSecret } from '../instance/secrets.ts';
import {
  type Apt,
  candidate,
  openApt,
  openDebianDevelopment,
  packageNames,
  unpackPackages,
} from '../packages/apt.ts';
import { findProgram, isAtLeast, type Program, programOf } from '../packages/program.ts';
import { firstSource, type Source } from '../packages/source.ts';
import { debianSource, thisMachine } from '../packages/store.ts';
import { PACKAGES } from '../paths.ts';
import { cleanEnvironment, run } from '../process/run.ts';
import type { ServiceSpec } from '../process/service.ts';
import { STAGE } from '../process/supervisor.ts';
import { type Context, startServer, withPorts } from './server.ts';

/** A mysqld that can be run, with the arguments that its place on the disk asks for. */
type MysqlSoftware = { readonly program: Program; readonly args: readonly string[] };

/** Where MySQL answers, database included. */
export type MysqlServer = {
  /** As the application's user, who may do everything but manage users. */
  readonly url: string;
  /** As the user who may do everything. */
  readonly rootUrl: string;
};

/** MySQL's oldest release that this project runs on. */
const OLDEST_MYSQL = '8.0';
const DATABASE = 'microdb';

/** mysqld alone, without a service: `mysql-server-core`, or with a release's number behind it. */
const PACKAGE_NAME = /^mysql-server-core(-[\d.]+)?$/;

/** Small and quiet: a shop's data on a developer's machine, not a database server's whole memory. */
const OPTIONS = [
  '--mysqlx=OFF',
  '--skip-name-resolve',
  '--secure-file-priv=NULL',
  '--default-time-zone=+00:00',
  '--max-connections=200',
  '--disable-log-bin',
  '--performance-schema=OFF',
  '--innodb-buffer-pool-size=96M',
  '--innodb-redo-log-capacity=64M',
  '--log-error-verbosity=2',
  '--bind-address=127.0.0.1',
  '--socket=mysql.sock',
];

/**
 * Reads the version out of `mysqld --version`; undefined for MariaDB, which has the same name but does not
 * support this project's schema.
 */
export function parseMysqlVersion(text: string): string | undefined {
  if (/mariadb/i.test(text)) return undefined;
  return /Ver (\d+(?:\.\d+)+)/.exec(text)?.[1];
}

/** Ubuntu's profile lets the installed mysqld write only to the system's own data folder. */
async function isConfined(): Promise<boolean> {
  if (!existsSync('/etc/apparmor.d/usr.sbin.mysqld')) return false;
  const enabled = await readFile('/sys/module/apparmor/parameters/enabled', 'utf8').catch(() => '');
  return enabled.trim() === 'Y';
}

const installed: Source<MysqlSoftware> = {
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

async function offered(apt: Apt): Promise<string | undefined> {
  const names = await packageNames(apt, 'mysql-server-core');
  for (const name of names.filter((known) => PACKAGE_NAME.test(known)).sort()) {
    const version = await candidate(apt, name);
    if (version !== undefined && isAtLeast(version, OLDEST_MYSQL)) return name;
  }
  return undefined;
}

/** Debian's stable releases have MariaDB instead; its development release has MySQL. */
async function unpack(folder: string): Promise<void> {
  const own = await openApt(PACKAGES);
  const ownName = await offered(own);
  if (ownName !== undefined) return unpackPackages(own, [ownName], folder);
  const { codename } = await thisMachine();
  const development = await openDebianDevelopment(PACKAGES, own, codename);
  const name = development === undefined ? undefined : await offered(development);
  if (development === undefined || name === undefined) {
    throw new Error(`the registries offer no MySQL ${OLDEST_MYSQL} or newer`);
  }
  await unpackPackages(development, [name], folder);
}

/** Where mysqld can come from, best first. */
export const mysqlSources: readonly Source<MysqlSoftware>[] = [
  installed,
  debianSource('mysql', unpack, async (root) => ({
    program: await programOf(root, 'usr/sbin/mysqld'),
    args: [
      `--basedir=${join(root, 'usr')}`,
      `--lc-messages-dir=${join(root, 'usr', 'share', 'mysql')}`,
    ],
  })),
];

/** How mysqld is run. */
function mysqld(
  { program, args: place }: MysqlSoftware,
  datadir: string,
  args: readonly string[],
): Pick<ServiceSpec, 'command' | 'env'> {
  const [path, ...prefix] = program.command;
  const user = process.getuid?.() === 0 ? ['--user=root'] : [];
  const options = [`--datadir=${datadir}`, ...OPTIONS, ...args];
  return {
    command: [path, ...prefix, '--no-defaults', ...user, ...options, ...place],
    env: { ...cleanEnvironment(), ...program.env },
  };
}

/**
 * The statements that mysqld runs before it accepts a connection, at every start: so it never answers
 * without passwords, and a first start that was interrupted is completed by the next.
 */
function setup(appPassword: string, rootPassword: string): string {
  return [
    `CREATE DATABASE IF NOT EXISTS ${DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;`,
    `CREATE USER IF NOT EXISTS 'root'@'127.0.0.1' IDENTIFIED BY '${rootPassword}';`,
    `GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;`,
    `ALTER USER 'root'@'localhost' IDENTIFIED BY '${rootPassword}';`,
    `CREATE USER IF NOT EXISTS 'app'@'127.0.0.1' IDENTIFIED BY '${appPassword}';`,
    `GRANT ALL PRIVILEGES ON *.* TO 'app'@'127.0.0.1';`,
    '',
  ].join('\n');
}

/** Creates the data folder, and discards what an interrupted attempt left. */
async function initialize(software: MysqlSoftware, datadir: string): Promise<void> {
  if (existsSync(datadir)) return;
  const unfinished = `${datadir}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  const { command, env } = mysqld(software, unfinished, ['--initialize-insecure']);
  const [program, ...args] = command;
  await run(program, args, { env });
  await rename(unfinished, datadir);
}

/** Whether the server accepts this instance's own user. */
async function answers(url: string): Promise<boolean> {
  const connection = await createConnection({ uri: url, connectTimeout: 2000 });
  await connection.end();
  return true;
}

async function passwords(instance: Instance): Promise<{ app: string; root: string }> {
  const app = await instanceSecret(instance, 'mysql-app-password');
  const root = await instanceSecret(instance, 'mysql-root-password');
  return { app, root };
}

/** Starts MySQL: with an empty database at the first start, with the instance's data later. */
export async function startMysql(context: Context): Promise<MysqlServer> {
  const { instance, supervisor } = context;
  const datadir = join(instance.data, 'mysql');
  const software = await firstSource('MySQL server', mysqlSources);
  await initialize(software, datadir);
  const { app, root } = await passwords(instance);
  const file = join(instance.secrets, 'mysql-setup.sql');
  await writePrivate(file, setup(app, root));
  return withPorts(context, { mysql: PREFERRED_PORTS.mysql }, async (ports) => {
    const address = `127.0.0.1:${ports.mysql}/${DATABASE}`;
    const url = `mysql://app:${app}@${address}`;
    const spec = {
      name: 'mysql',
      ...mysqld(software, datadir, [`--port=${ports.mysql}`, `--init-file=${file}`]),
      log: join(instance.logs, 'mysql.log'),
      keepsData: true,
    };
    await startServer(supervisor, spec, STAGE.database, () => answers(url));
    return { url, rootUrl: `mysql://root:${root}@${address}` };
  });
}
