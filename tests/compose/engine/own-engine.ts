import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Session } from '../../../local/src/bringup/session.ts';
import { findProgram } from '../../../local/src/packages/program.ts';
import { run } from '../../../local/src/process/run.ts';
import { untilReady } from '../../../local/src/process/service.ts';
import { removeControlGroups } from './control-groups.ts';
import { type Engine, NoEngine } from './engine.ts';
import { type EngineSoftware, engineSoftware } from './software.ts';

const SCRIPT = fileURLToPath(new URL('./engine.sh', import.meta.url));
/** Where slirp4netns answers names and what its network is called (slirp4netns(1)). */
const NAME_SERVER = '10.0.2.3';
const TAP = 'tap0';
const LONGEST_SOCKET_PATH = 107;
/** What is kept of builds from one run to the next. */
const BUILD_CACHE = '3GB';
const STAGE = { network: 0, engine: 1 } as const;

/** Files of an engine that a session runs. */
type Files = {
  readonly data: string;
  readonly config: string;
  readonly resolvConf: string;
  readonly settings: string;
  readonly pid: string;
  readonly socket: string;
  readonly controlGroup: string;
};

function filesOf({ instance }: Session): Files {
  const digest = createHash('sha256').update(instance.folder).digest('hex');
  const controlGroup = `movie-rental-${digest.slice(0, 12)}`;
  const socket = join(instance.folder, 'docker.sock');
  return {
    data: join(instance.data, 'docker'),
    config: join(instance.generated, 'docker'),
    resolvConf: join(instance.generated, 'resolv.conf'),
    settings: join(instance.generated, 'daemon.json'),
    pid: join(instance.generated, 'engine.pid'),
    socket: socket.length <= LONGEST_SOCKET_PATH ? socket : join(tmpdir(), `${controlGroup}.sock`),
    controlGroup,
  };
}

/**
 * Whether this machine can run an engine of one's own.
 *
 * @throws NoEngine with what is in the way
 */
export async function checkOwnEngine(): Promise<void> {
  if (process.platform !== 'linux') throw new NoEngine('an engine of its own needs Linux');
  if (process.getuid?.() !== 0) throw new NoEngine('an engine of its own needs root');
  if (!existsSync('/dev/net/tun')) throw new NoEngine('an engine of its own needs /dev/net/tun');
  for (const program of ['apt-get', 'dpkg', 'unshare', 'nsenter']) {
    if ((await findProgram(program)) === undefined) throw new NoEngine(`${program} is missing`);
  }
}

async function prepare(files: Files, software: EngineSoftware): Promise<void> {
  const plugins = join(files.config, 'cli-plugins');
  await rm(plugins, { recursive: true, force: true });
  await mkdir(plugins, { recursive: true });
  for (const name of ['docker-compose', 'docker-buildx']) {
    const plugin = join(software.root, 'usr', 'libexec', 'docker', 'cli-plugins', name);
    await symlink(plugin, join(plugins, name));
  }
  const gc = { enabled: true, defaultKeepStorage: BUILD_CACHE };
  await writeFile(files.settings, JSON.stringify({ builder: { gc } }));
  await writeFile(files.resolvConf, `nameserver ${NAME_SERVER}\n`);
  await rm(files.pid, { force: true });
}

function daemon(files: Files): string[] {
  return [
    ...['dockerd', '--config-file', files.settings, '--host', `unix://${files.socket}`],
    ...['--data-root', files.data, '--exec-root', '/run/docker', '--pidfile', '/run/docker.pid'],
    ...['--dns', NAME_SERVER, '--cgroup-parent', `/${files.controlGroup}`],
  ];
}

/** The first process of the engine's namespaces, by the machine's numbers; undefined before it is there. */
async function firstProcess(files: Files): Promise<string | undefined> {
  const text = await readFile(files.pid, 'utf8').catch(() => '');
  return text.endsWith('\n') ? text.trim() : undefined;
}

/** Connects the engine's network to the machine's, as an ordinary program of the machine. */
async function connectNetwork(session: Session, pid: string, env: NodeJS.ProcessEnv) {
  const connect = ['--configure', '--mtu=65520', '--disable-host-loopback', pid, TAP] as const;
  const service = await session.supervisor.start(
    {
      name: 'network',
      command: ['slirp4netns', ...connect],
      env,
      log: join(session.instance.logs, 'network.log'),
    },
    STAGE.network,
  );
  await untilReady(service, () => service.output().includes('received tapfd'));
}

/**
 * Starts a Docker daemon in namespaces of its own: it neither sees nor touches the machine's network, mounts
 * or other engines. The session ends it; images are kept for the next run.
 *
 * @throws NoEngine if this machine cannot run one; CommandError if packages are unavailable
 */
export async function startOwnEngine(session: Session): Promise<Engine> {
  await checkOwnEngine();
  const software = await engineSoftware();
  const files = filesOf(session);
  await removeTraces(session);
  await prepare(files, software);
  const env = { ...process.env, ...software.env, PATH: software.path };
  const service = await session.supervisor.start(
    {
      name: 'docker',
      command: [
        ...(['unshare', '--net', '--mount'] as const),
        ...['sh', SCRIPT, files.resolvConf, files.pid, ...daemon(files)],
      ],
      env,
      log: join(session.instance.logs, 'docker.log'),
      graceMs: 60_000,
    },
    STAGE.engine,
  );
  await untilReady(service, async () => (await firstProcess(files)) !== undefined);
  const pid = (await firstProcess(files)) as string;
  await connectNetwork(session, pid, env);
  const own = {
    PATH: software.path,
    DOCKER_HOST: `unix://${files.socket}`,
    DOCKER_CONFIG: files.config,
    DOCKER_SOCKET: files.socket,
  };
  const answers = () => run('docker', ['version'], { env: { ...process.env, ...own } });
  await untilReady(service, async () => (await answers()).stdout !== '');
  return {
    description: `a Docker engine of this run's own, of packages in ${software.root}`,
    env: own,
    within: ['nsenter', '--target', pid, '--mount', '--net', '--pid', `--wd=${process.cwd()}`],
  };
}

/** Removes what an engine leaves that has ended, but for its images. */
export async function removeTraces(session: Session): Promise<void> {
  const { socket, controlGroup } = filesOf(session);
  await rm(socket, { force: true });
  await removeControlGroups(controlGroup);
}
