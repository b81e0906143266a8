import { type Engine, HOST_NAME } from './container-engine.ts';
import type { ContainerImage } from './container-source.ts';

/** A file or folder of this machine that a container sees. */
export type Mount = {
  readonly source: string;
  /** Where it is in the container; absent: at the same path. */
  readonly target?: string;
  readonly readonly?: boolean;
};

/** One run of an image. */
export type ContainerRun = {
  readonly name: string;
  /** `key=value`, by which the container is found again. */
  readonly label: string;
  /** The program of the image; absent: the image's own. */
  readonly entrypoint?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  /** What it listens on, on all of its own addresses; reached at the same ports of 127.0.0.1. */
  readonly ports?: readonly number[];
  /** Whether it must reach what listens on this machine's 127.0.0.1. */
  readonly reachesMachine?: boolean;
};

/** A field of the comma list that `--mount` takes. */
function field(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function mount({ source, target = source, readonly = false }: Mount): string {
  const fields = ['type=bind', field(`source=${source}`), field(`target=${target}`)];
  return [...fields, ...(readonly ? ['readonly'] : [])].join(',');
}

function network({ loopback }: Engine, { ports = [], reachesMachine = false }: ContainerRun) {
  if (reachesMachine && loopback === 'host network') return ['--network', 'host'];
  const published = ports.flatMap((port) => ['--publish', `127.0.0.1:${port}:${port}`]);
  return [...published, ...(reachesMachine ? ['--add-host', `${HOST_NAME}:host-gateway`] : [])];
}

/**
 * The arguments of `docker` that run an image in the foreground: the program then ends with the container,
 * passes signals on to it and gives its exit code.
 */
export function runArguments({ engine, image }: ContainerImage, run: ContainerRun): string[] {
  const { uid, gid } = engine.user;
  const { entrypoint, args = [], env = {}, mounts } = run;
  return [
    ...['run', '--rm', '--pull', 'never', '--name', run.name, '--label', run.label],
    // As a container's first process, a server that is still starting would not heed a signal.
    '--init',
    // Images let the root group write where their own user may, but not into that user's home.
    ...['--user', `${uid}:${gid}`, '--group-add', '0', '--workdir', '/'],
    // SELinux would keep a container from the user's files.
    ...['--security-opt', 'label=disable', '--security-opt', 'no-new-privileges'],
    // Erlang and mysqld allocate by it, and some engines set it to a thousand million.
    ...['--ulimit', 'nofile=8192:8192'],
    ...network(engine, run),
    ...mounts.flatMap((item) => ['--mount', mount(item)]),
    ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...(entrypoint === undefined ? [] : ['--entrypoint', entrypoint]),
    image,
    ...args,
  ];
}
