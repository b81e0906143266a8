import type { SecretStore } from '../../secrets/secret-store.ts';
import { SECRETS_FOLDER } from './configuration.ts';
import type { Containers } from './containers.ts';
import { tarOf } from './tar.ts';

interface MountedSecretsOptions {
  readonly containers: Containers;
  /** The container. */
  readonly id: string;
  readonly names: readonly string[];
  readonly secrets: SecretStore;
}

/**
 * The secrets of one container, in a volume of its own. They are sent through the engine, so that
 * it may be on another machine. Its user reads them and cannot change them: they are root's.
 */
export class MountedSecrets {
  readonly names: readonly string[];
  readonly #options: MountedSecretsOptions;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: MountedSecretsOptions) {
    this.#options = options;
    this.names = options.names;
  }

  /**
   * Puts the values there that the secrets have now. One time follows after another, or an old
   * value that was read before a new one was kept could be put there after it.
   */
  fill(): Promise<void> {
    const filled = this.#last.then(() => this.#fill());
    this.#last = filled.catch(() => {});
    return filled;
  }

  async #fill(): Promise<void> {
    const { containers, id, names, secrets } = this.#options;
    if (names.length === 0) return;
    const values = names.map(async (name) => [name, await secrets.read(name)] as const);
    await containers.put(id, SECRETS_FOLDER, tarOf(new Map(await Promise.all(values))));
  }
}
