import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SecretStore } from '../../secrets/secret-store.ts';
import type { Driver, Instance, InstanceOptions } from '../driver.ts';
import { startChild } from './child.ts';
import { findBundle } from './manifest.ts';

interface ProcessDriverOptions {
  readonly manifestFile: string;
  /** Each replica's secrets are in a subfolder of this one. */
  readonly mountsDir: string;
  readonly secrets: SecretStore;
}

/** The variables that replicas inherit: nothing that reveals the system. */
const PASSED_ON = ['PATH', 'TZ', 'TMPDIR', 'NODE_EXTRA_CA_CERTS'];

/** Runs each replica as a Node process, with the bundle that the build made of its function. */
export class ProcessDriver implements Driver {
  readonly #options: ProcessDriverOptions;

  private constructor(options: ProcessDriverOptions) {
    this.#options = options;
  }

  /** Mounts that a provider left behind when it was killed are removed. */
  static async open(options: ProcessDriverOptions): Promise<ProcessDriver> {
    await rm(options.mountsDir, { recursive: true, force: true });
    await mkdir(options.mountsDir, { recursive: true, mode: 0o700 });
    return new ProcessDriver(options);
  }

  async check(spec: InstanceOptions['spec']): Promise<void> {
    const { manifestFile, secrets } = this.#options;
    await findBundle(manifestFile, spec.image);
    await secrets.check(spec.secrets);
  }

  /** The build has already made everything. */
  async prepare(): Promise<void> {}

  /** Processes end with the provider, so none are left to take over. */
  async recover(): Promise<ReadonlyMap<string, readonly string[]>> {
    return new Map();
  }

  async start({ spec, id, onLine, signal }: InstanceOptions): Promise<Instance> {
    const { manifestFile, mountsDir, secrets } = this.#options;
    const bundle = await findBundle(manifestFile, spec.image);
    const mount = join(mountsDir, id);
    await secrets.mount(spec.secrets, mount);
    const env = {
      ...pick(process.env, PASSED_ON),
      ...spec.envVars,
      host: '127.0.0.1',
      // It chooses free ports itself and says which: one chosen here could be taken by then.
      port: '0',
      metrics_port: '0',
      secret_mount_path: mount,
      // The provider stops routing to a replica before it stops the replica.
      healthcheck_interval: '0s',
      // All replicas of this machine share a folder for temporary files.
      suppress_lock: 'true',
    };
    const child = startChild(bundle, env, onLine);
    const exited = child.exited.finally(() => rm(mount, { recursive: true, force: true }));
    const giveUp = () => void child.stop(0);
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    try {
      const origin = `http://127.0.0.1:${await child.port}`;
      const { consumption, stop } = child;
      return { origin, exited, consumption, stop, leave: stop };
    } catch (error) {
      await exited;
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }
}

function pick(env: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
}
