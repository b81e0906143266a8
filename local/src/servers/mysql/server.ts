import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { Instance } from '../../instance/instance.ts';
import { writePrivate } from '../../instance/instance.ts';
import { PREFERRED_PORTS } from '../../instance/ports.ts';
import { instanceSecret } from '../../instance/secrets.ts';
import { run } from '../../process/run.ts';
import { STAGE } from '../../process/supervisor.ts';
import { makerOf, recordMaker } from '../data-maker.ts';
import { type Surroundings, startServer, withPorts } from '../server.ts';
import { clientHost, mysqld } from './mysqld.ts';
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

/**
 * The statements that mysqld runs before it accepts a connection, at every start: so neither is there a
 * moment without passwords, nor a first start that could end half-way.
 */
function setup(appPassword: string, rootPassword: string, host: string): string {
  return [
    `CREATE DATABASE IF NOT EXISTS ${DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;`,
    `CREATE USER IF NOT EXISTS 'root'@'${host}' IDENTIFIED BY '${rootPassword}';`,
    `GRANT ALL PRIVILEGES ON *.* TO 'root'@'${host}' WITH GRANT OPTION;`,
    `ALTER USER 'root'@'localhost' IDENTIFIED BY '${rootPassword}';`,
    `CREATE USER IF NOT EXISTS 'app'@'${host}' IDENTIFIED BY '${appPassword}';`,
    `GRANT ALL PRIVILEGES ON *.* TO 'app'@'${host}';`,
    '',
  ].join('\n');
}

/** Makes the data folder; what a broken-off attempt left is begun anew. */
async function initialize(instance: Instance, software: MysqlSoftware, datadir: string) {
  if (existsSync(datadir)) return;
  await recordMaker(datadir, software);
  const unfinished = `${datadir}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  const args = ['--initialize-insecure'];
  const { command, env, sweep } = await mysqld(instance, software, { datadir: unfinished, args });
  for (const [program, ...rest] of sweep ? [sweep, command] : [command]) {
    await run(program, rest, { env });
  }
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
  const datadir = join(instance.data, 'mysql');
  const software = await mysqlSoftware(await makerOf(datadir));
  await initialize(instance, software, datadir);
  const { app, root } = await passwords(instance);
  const file = join(instance.secrets, 'mysql-setup.sql');
  await writePrivate(file, setup(app, root, clientHost(software)));
  return withPorts(surroundings, { mysql: PREFERRED_PORTS.mysql }, async (ports) => {
    const address = `127.0.0.1:${ports.mysql}/${DATABASE}`;
    const url = `mysql://app:${app}@${address}`;
    const args = [`--port=${ports.mysql}`, `--init-file=${file}`];
    const spec = {
      name: 'mysql',
      ...(await mysqld(instance, software, { datadir, args, file, port: ports.mysql })),
      log: join(instance.logs, 'mysql.log'),
      keepsData: true,
    };
    await startServer(supervisor, spec, STAGE.database, () => answers(url));
    return { url, rootUrl: `mysql://root:${root}@${address}` };
  });
}
