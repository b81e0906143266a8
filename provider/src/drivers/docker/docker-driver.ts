import type { Logger } from 'pino';
import type { FunctionSpec } from '../../function-spec.ts';
import type { SecretStore } from '../../secrets/secret-store.ts';
import type { Driver, Instance, InstanceOptions } from '../driver.ts';
import {
  type ContainerConfiguration,
  configurationOf,
  digestOf,
  type Place,
  PORT,
} from './configuration.ts';
import { ContainerInstance } from './container-instance.ts';
import { Containers, howItEnded, isGone, type Summary } from './containers.ts';
import type { Engine } from './engine.ts';
import { findImage, requireImage } from './images.ts';
import { CONFIGURATION, FUNCTION, IMAGE, PROVIDER, REPLICA } from './labels.ts';
import { MountedSecrets } from './mounted-secrets.ts';
import { copyOutput } from './output.ts';

interface DockerDriverOptions extends Place {
  readonly engine: Engine;
  /** The provider's own name, which it keeps over its restarts. */
  readonly identity: string;
  readonly secrets: SecretStore;
  readonly log: Logger;
}

/**
 * Runs each replica as a container. Containers outlive the provider, and the next one takes them
 * over; it recognises them by their labels, and touches no others.
 */
export class DockerDriver implements Driver {
  readonly #options: DockerDriverOptions;
  readonly #containers: Containers;
  readonly #mounted = new Set<MountedSecrets>();

  constructor(options: DockerDriverOptions) {
    this.#options = options;
    this.#containers = new Containers(options.engine);
    options.secrets.onReplaced((name) => this.#renew(name));
  }

  async check(spec: FunctionSpec): Promise<void> {
    configurationOf(spec, this.#options);
    await this.#options.secrets.check(spec.secrets);
  }

  async prepare({ image }: FunctionSpec, signal: AbortSignal): Promise<void> {
    await requireImage(this.#options.engine, image, signal);
  }

  async recover(specs: readonly FunctionSpec[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const wanted = new Map(specs.map((spec) => [spec.service, spec]));
    const replicas = new Map<string, string[]>();
    for (const container of await this.#containers.list(this.#labels())) {
      const { [FUNCTION]: service = '', [REPLICA]: replica = '' } = container.Labels;
      const spec = wanted.get(service);
      if (spec && (await this.#fits(container, spec))) {
        replicas.set(service, [...(replicas.get(service) ?? []), replica]);
      } else {
        await this.#containers.remove(container.Id);
      }
    }
    return replicas;
  }

  async start({ spec, id, onLine, lastLineAt, signal }: InstanceOptions): Promise<Instance> {
    const left = await this.#takeOver(spec, id);
    const container = left ?? (await this.#create(spec, id));
    const after = left && (await lastLineAt());
    const output = { containers: this.#containers, id: container, after, onLine };
    const mounted = this.#mount(spec, container);
    try {
      if (left) {
        await this.#refill(mounted);
      } else {
        await mounted.fill();
        await this.#containers.start(container);
        signal.throwIfAborted();
      }
      const origin = await this.#origin(container, () => copyOutput(output, false, signal));
      const instance = new ContainerInstance({ ...output, origin });
      void instance.exited.then(() => this.#mounted.delete(mounted));
      return instance;
    } catch (error) {
      this.#mounted.delete(mounted);
      // A container taken over may still serve: the next attempt checks it, or removes it.
      if (!left) await this.#containers.remove(container).catch(() => {});
      throw error;
    }
  }

  #labels(): Record<string, string> {
    return { [PROVIDER]: this.#options.identity };
  }

  /** Whether it runs and is up to date. A missing image does not make it outdated. */
  async #fits({ State, Labels }: Summary, spec: FunctionSpec): Promise<boolean> {
    if (State !== 'running') return false;
    if (Labels[CONFIGURATION] !== digestOf(configurationOf(spec, this.#options))) return false;
    const image = await findImage(this.#options.engine, spec.image);
    return image === undefined || Labels[IMAGE] === image;
  }

  /** The running container of a replica, if it is up to date; others are removed. */
  async #takeOver(spec: FunctionSpec, replica: string): Promise<string | undefined> {
    const left = await this.#containers.list({ ...this.#labels(), [REPLICA]: replica });
    let found: string | undefined;
    for (const container of left) {
      if (!found && (await this.#fits(container, spec))) found = container.Id;
      else await this.#containers.remove(container.Id);
    }
    return found;
  }

  async #create(spec: FunctionSpec, replica: string): Promise<string> {
    const configuration = configurationOf(spec, this.#options);
    const image = await findImage(this.#options.engine, spec.image);
    const body: ContainerConfiguration = {
      ...configuration,
      Labels: {
        ...configuration.Labels,
        ...this.#labels(),
        [REPLICA]: replica,
        [CONFIGURATION]: digestOf(configuration),
        [IMAGE]: image ?? '',
      },
    };
    return this.#containers.create(replica, body);
  }

  /** From now on a replaced secret reaches the container. */
  #mount({ secrets: names }: FunctionSpec, id: string): MountedSecrets {
    const { secrets } = this.#options;
    const mounted = new MountedSecrets({ containers: this.#containers, id, names, secrets });
    this.#mounted.add(mounted);
    return mounted;
  }

  /** A container taken over has its old secrets, and can continue with those. */
  async #refill(mounted: MountedSecrets): Promise<void> {
    const { names } = mounted;
    await mounted.fill().catch((err) => {
      this.#options.log.warn({ err, names }, 'a container that was left keeps its old secrets');
    });
  }

  /** Puts a secret's new value into every container that has it. */
  async #renew(name: string): Promise<void> {
    const concerned = [...this.#mounted].filter(({ names }) => names.includes(name));
    const fills = concerned.map((mounted) =>
      mounted.fill().catch((error) => {
        // A container that has ended needs none.
        if (!isGone(error)) throw error;
      }),
    );
    await Promise.all(fills);
  }

  /** Where a started container serves; if it has already ended, its output says why. */
  async #origin(container: string, copyLastWords: () => Promise<void>): Promise<string> {
    const { state, address } = await this.#containers.inspect(container);
    if (address !== undefined) return `http://${address}:${PORT}`;
    await copyLastWords();
    throw new Error(howItEnded(state));
  }
}
