import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { writePrivate } from '../../instance/files.ts';
import type { Instance } from '../../instance/instance.ts';
import { PREFERRED_PORTS } from '../../instance/preferred-ports.ts';
import { instanceSecret } from '../../instance/secrets.ts';
import { cleanEnvironment } from '../../process/environment.ts';
import { run } from '../../process/run.ts';
import { STAGE } from '../../process/stages.ts';
import { type Surroundings, startServer, withPorts } from '../server.ts';
import type { MysqlSoftware } from './requirements.ts';
import { mysqlSoftware } from './software.ts';

/** Where MySQL answers, database included. */
export type MysqlServer = {
  /** As the application's user, who may do everything but manage users. */
  readonly url: string;
  /** As the user who may do everything. */
  readonly rootUrl: string;
};

const DATABASE = 'microdb';

/** Small and quiet: a shop's data on a developer's machine, not a database server's whole memory. */
const OPTIONS = [
  '--bind-address=127.0.0.1',
  '--socket=mysql.sock',
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
];

/**
 * The statements that mysqld runs before it accepts a connection, at every start: so neither is there a
 * moment without passwords, nor a first start that could end half-way.
 */
function setup(appPassword: string, rootPassword: string): string {
  return [
    `CREATE DATABASE IF NOT EXISTS ${DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;`,
    `CREATE USER IF NOT EXISTS 'root'@'127.0.0.1' IDENTIFIED BY '${rootPassword}';`,
    "GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;",
    `ALTER USER 'root'@'localhost' IDENTIFIED BY '${rootPassword}';`,
    `CREATE USER IF NOT EXISTS 'app'@'127.0.0.1' IDENTIFIED BY '${appPassword}';`,
    "GRANT ALL PRIVILEGES ON *.* TO 'app'@'127.0.0.1';",
    '',
  ].join('\n');
}

function mysqld(software: MysqlSoftware, datadir: string): [string, ...string[]] {
  const [program, ...prefix] = software.program.command;
  const user = process.getuid?.() === 0 ? ['--user=root'] : [];
  const own = ['--no-defaults', ...user, `--datadir=${datadir}`, ...software.args, ...OPTIONS];
  return [program, ...prefix, ...own];
}

/** Makes the data folder; what a broken-off attempt left is begun anew. */
async function initialize(software: MysqlSoftware, datadir: string): Promise<void> {
  if (existsSync(datadir)) return;
  const unfinished = `${datadir}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  const [program, ...args] = mysqld(software, unfinished);
  const env = { ...cleanEnvironment(), ...software.program.env };
  await run(program, [...args, '--initialize-insecure'], { env });
  await rename(unfinished, datadir);
}

/** Whether the server answers this instance's own user. */
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

/** Starts MySQL with an empty database on the first start, with the instance's own data later. */
export async function startMysql(surroundings: Surroundings): Promise<MysqlServer> {
  const { instance, supervisor } = surroundings;
  const software = await mysqlSoftware();
  const datadir = join(instance.data, 'mysql');
  await initialize(software, datadir);
  const { app, root } = await passwords(instance);
  const init = join(instance.secrets, 'mysql-setup.sql');
  await writePrivate(init, setup(app, root));
  return withPorts(surroundings, { mysql: PREFERRED_PORTS.mysql }, async (ports) => {
    const address = `127.0.0.1:${ports.mysql}/${DATABASE}`;
    const url = `mysql://app:${app}@${address}`;
    const spec = {
      name: 'mysql',
      command: mysqld(software, datadir),
      env: { ...cleanEnvironment(), ...software.program.env },
      log: join(instance.logs, 'mysql.log'),
      keepsData: true,
    };
    spec.command.push(`--port=${ports.mysql}`, `--init-file=${init}`);
    await startServer(supervisor, spec, STAGE.database, () => answers(url));
    return { url, rootUrl: `mysql://root:${root}@${address}` };
  });
}
