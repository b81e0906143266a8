import type { Instance } from '../../instance/instance.ts';
import { isContainerImage } from '../../packages/container-source.ts';
import { cleanEnvironment } from '../../process/run.ts';
import type { ServiceSpec } from '../../process/service.ts';
import { containerProcess } from '../containers.ts';
import type { MysqlSoftware } from './requirements.ts';

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
];

const ON_THIS_MACHINE = ['--bind-address=127.0.0.1', '--socket=mysql.sock'];

/** The disk of a virtual machine's host may hold no sockets. */
const IN_A_CONTAINER = [
  '--bind-address=0.0.0.0',
  '--socket=/var/run/mysqld/mysqld.sock',
  '--pid-file=/var/run/mysqld/mysqld.pid',
];

/** From where clients seem to come, in terms of MySQL's accounts. */
export function clientHost(software: MysqlSoftware): '127.0.0.1' | '%' {
  return isContainerImage(software) ? '%' : '127.0.0.1';
}

/** What one run of mysqld is for. */
type Purpose = {
  readonly datadir: string;
  readonly args: readonly string[];
  /** A file that it reads, among its `args`. */
  readonly file?: string;
  readonly port?: number;
};

/** How mysqld is run: beside this process, or in a container that sees the same paths. */
export async function mysqld(
  instance: Instance,
  software: MysqlSoftware,
  { datadir, args, file, port }: Purpose,
): Promise<Pick<ServiceSpec, 'command' | 'env' | 'sweep'>> {
  const asRoot = ['--user=root'];
  const options = [`--datadir=${datadir}`, ...OPTIONS, ...args];
  if (isContainerImage(software)) {
    const user = software.engine.user.uid === 0 ? asRoot : [];
    return containerProcess(instance, software, {
      server: 'mysql',
      entrypoint: 'mysqld',
      args: ['--no-defaults', ...user, ...options, ...IN_A_CONTAINER],
      mounts: [
        { source: datadir },
        ...(file === undefined ? [] : [{ source: file, readonly: true }]),
      ],
      ports: port === undefined ? [] : [port],
    });
  }
  const [program, ...prefix] = software.program.command;
  const user = process.getuid?.() === 0 ? asRoot : [];
  const place = [...software.args, ...ON_THIS_MACHINE];
  return {
    command: [program, ...prefix, '--no-defaults', ...user, ...options, ...place],
    env: { ...cleanEnvironment(), ...software.program.env },
  };
}
