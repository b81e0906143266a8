import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Instance, instanceOf, makeFolders } from '../instance/instance.ts';
import { Supervisor } from '../process/supervisor.ts';
import { endContainers } from './containers.ts';
import type { Surroundings } from './server.ts';

const execute = promisify(execFile);

/** The names of an instance's containers, running or not. */
export async function containersOf({ folder }: Pick<Instance, 'folder'>): Promise<string[]> {
  const filter = `label=movie-rental.instance=${folder}`;
  const list = ['ps', '--all', '--filter', filter, '--format', '{{.Names}}'];
  return (await execute('docker', list)).stdout.split('\n').filter((name) => name !== '');
}

/** An instance of a test's own in a folder of its own, whose servers come from containers alone. */
export class ContainerBench {
  readonly said: string[] = [];
  #instance: Instance | undefined;
  #supervisor: Supervisor | undefined;

  /** Makes the instance anew. */
  async open(): Promise<void> {
    process.env.SERVERS_FROM = 'containers';
    const folder = await mkdtemp(join(tmpdir(), 'my containers-'));
    const { name, ...paths } = instanceOf('test');
    const moved = Object.entries(paths).map(([key, path]) => [
      key,
      path.replace(paths.folder, folder),
    ]);
    this.#instance = { name, ...Object.fromEntries(moved) } as Instance;
    await makeFolders(this.#instance);
  }

  get instance(): Instance {
    if (this.#instance === undefined) throw new Error('open() comes first');
    return this.#instance;
  }

  /** What servers start in: of one supervisor until it is stopped. */
  surroundings(ports: Surroundings['ports'] = 'free'): Surroundings {
    const say = (message: string) => void this.said.push(message);
    this.#supervisor ??= new Supervisor({ say, changed: async () => {} });
    return { instance: this.instance, supervisor: this.#supervisor, ports, say };
  }

  /** Ends all servers well. */
  async stop(): Promise<void> {
    await this.#supervisor?.stop();
    this.#supervisor = undefined;
  }

  async close(): Promise<void> {
    await this.stop();
    await endContainers(this.instance, 0);
    await rm(this.instance.folder, { recursive: true, force: true });
  }
}
