import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FunctionSpec } from '../function-spec.ts';

const Deployment = z.object({
  spec: FunctionSpec,
  replicas: z.int().nonnegative(),
  createdAt: z.iso.datetime(),
});
/** How a function should run; survives a restart of the provider. */
export type Deployment = z.infer<typeof Deployment>;

/** Deployments on disk, one file each. */
export class FunctionStore {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<FunctionStore> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new FunctionStore(folder);
  }

  async load(): Promise<Deployment[]> {
    const files = (await readdir(this.#folder)).filter((file) => file.endsWith('.json'));
    const texts = files.map((file) => readFile(join(this.#folder, file), 'utf8'));
    return (await Promise.all(texts)).map((text) => Deployment.parse(JSON.parse(text)));
  }

  async save(deployment: Deployment): Promise<void> {
    const file = this.#file(deployment.spec.service);
    await writeFile(`${file}~`, `${JSON.stringify(deployment, null, 2)}\n`, { mode: 0o600 });
    await rename(`${file}~`, file);
  }

  async remove(name: string): Promise<void> {
    await rm(this.#file(name), { force: true });
  }

  #file(name: string): string {
    return join(this.#folder, `${name}.json`);
  }
}
