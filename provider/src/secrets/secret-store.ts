import { access, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../refusal.ts';

/** Secrets, each in a file that only this process's user can read. */
export class SecretStore {
  readonly #folder: string;
  #onReplaced: (name: string) => Promise<void> = async () => {};

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<SecretStore> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new SecretStore(folder);
  }

  async names(): Promise<string[]> {
    const files = await readdir(this.#folder);
    return files.filter((file) => !file.endsWith('~')).sort();
  }

  /** @throws Refusal 409 if it exists. */
  async create(name: string, value: Buffer): Promise<void> {
    if (await this.#has(name)) throw new Refusal(409, `The secret ${name} exists`);
    await this.#write(name, value);
  }

  /** Running replicas see the new value at once. @throws Refusal 404 if it does not exist. */
  async replace(name: string, value: Buffer): Promise<void> {
    await this.check([name], 404);
    await this.#write(name, value);
    await this.#onReplaced(name);
  }

  /** `listener` copies a replaced secret to replicas that cannot see these files. */
  onReplaced(listener: (name: string) => Promise<void>): void {
    this.#onReplaced = listener;
  }

  /** @throws Refusal 404 if it does not exist. */
  async read(name: string): Promise<Buffer> {
    await this.check([name], 404);
    return readFile(join(this.#folder, name));
  }

  /** @throws Refusal 404 if it does not exist. */
  async remove(name: string): Promise<void> {
    await this.check([name], 404);
    await rm(join(this.#folder, name));
  }

  /** @throws Refusal naming those that do not exist. */
  async check(names: readonly string[], status = 400): Promise<void> {
    const present = await Promise.all(names.map((name) => this.#has(name)));
    const missing = names.filter((_name, index) => !present[index]);
    if (missing.length > 0) {
      throw new Refusal(status, `There is no secret ${missing.join(', ')}`);
    }
  }

  /** Makes a folder that shows the named secrets and no others. */
  async mount(names: readonly string[], folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await Promise.all(names.map((name) => symlink(join(this.#folder, name), join(folder, name))));
  }

  async #has(name: string): Promise<boolean> {
    return access(join(this.#folder, name)).then(
      () => true,
      () => false,
    );
  }

  async #write(name: string, value: Buffer): Promise<void> {
    const temporary = join(this.#folder, `${name}~`);
    await writeFile(temporary, value, { mode: 0o600 });
    await rename(temporary, join(this.#folder, name));
  }
}
