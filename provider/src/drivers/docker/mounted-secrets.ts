import type { SecretStore } from '../../secrets/secret-store.ts';
import { SECRETS_FOLDER } from './configuration.ts';
import type { Containers } from './containers.ts';

interface MountedSecretsOptions {
  readonly containers: Containers;
  /** The container. */
  readonly id: string;
  readonly names: readonly string[];
  readonly secrets: SecretStore;
}

/**
 * One container's secrets, in a volume. They are sent through the engine, which may be on another
 * machine. The container's user can read but not change them: they are root's.
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
   * Copies the current values into the container. Calls run one after another, or an old value
   * could overwrite a new one.
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

const BLOCK = 512;
const LONGEST_NAME = 100;
/** GNU's extension for names that do not fit the header of the next entry. */
const LONG_NAME = 'L';
const FILE = '0';

/**
 * A tar archive (POSIX ustar) of files that belong to root and are read-only to everyone.
 */
export function tarOf(files: ReadonlyMap<string, Buffer>): Buffer {
  const entries = [...files].flatMap(([name, content]) => [
    ...(Buffer.byteLength(name) > LONGEST_NAME
      ? [entry('././@LongLink', LONG_NAME, Buffer.from(`${name}\0`))]
      : []),
    entry(name, FILE, content),
  ]);
  return Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)]);
}

function entry(name: string, type: string, content: Buffer): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, LONGEST_NAME);
  header.write('0000444\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${octal(content.length, 11)}\0`, 124);
  header.write(`${octal(Math.floor(Date.now() / 1_000), 11)}\0`, 136);
  // The checksum treats its own field as spaces.
  header.write('        ', 148);
  header.write(type, 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\0 `, 148);
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  return Buffer.concat([header, content, padding]);
}

function octal(number: number, digits: number): string {
  return number.toString(8).padStart(digits, '0');
}
