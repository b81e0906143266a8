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

const BLOCK = 512;
const LONGEST_NAME = 100;
/** GNU's way to give the next entry a name that its own header has no room for. */
const LONG_NAME = 'L';
const FILE = '0';

/**
 * A tar archive (POSIX ustar) of files that belong to root and that everybody may read and nobody
 * may write.
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
  // The checksum is counted as if its own field were spaces.
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
