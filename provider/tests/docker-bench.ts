import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DEFAULT_DOCKER_HOST } from '../src/config.ts';
import { Engine, parseEngineAddress } from '../src/drivers/docker/engine.ts';
import { tarOf } from '../src/drivers/docker/mounted-secrets.ts';
import type { BenchDriver } from './running-provider.ts';

/** As the template's own: what it needs of it is a base that has Node. */
const DOCKERFILE = `FROM node:22-slim
WORKDIR /home/app
COPY index.mjs ./
USER 1000:1000
CMD ["node", "--enable-source-maps", "index.mjs"]
`;

const Listed = z.array(
  z.object({ Id: z.string(), State: z.string(), Labels: z.record(z.string(), z.string()) }),
);
type Container = z.infer<typeof Listed>[number];

const Inspection = z.object({
  Name: z.string(),
  Config: z.object({ Env: z.array(z.string()), Labels: z.record(z.string(), z.string()) }),
  HostConfig: z.record(z.string(), z.unknown()),
  Mounts: z.array(
    z.object({ Type: z.string(), Name: z.string().optional(), Destination: z.string() }),
  ),
  NetworkSettings: z.object({
    Ports: z.record(z.string(), z.unknown()),
    Networks: z.record(z.string(), z.object({ IPAddress: z.string() })),
  }),
});
type Inspection = z.infer<typeof Inspection>;

/** A network and an image of the probe, for one file of tests alone. */
export class DockerBench implements BenchDriver {
  readonly dockerHost = process.env.DOCKER_HOST || DEFAULT_DOCKER_HOST;
  readonly engine = new Engine(parseEngineAddress(this.dockerHost));
  /** The network's, and the beginning of the image's. */
  readonly name = `provider-test-${randomBytes(4).toString('hex')}`;
  readonly image = `${this.name}/probe:latest`;
  #folder = '';

  async prepare(folder: string): Promise<Record<string, string>> {
    this.#folder = folder;
    await this.engine.call('POST', '/networks/create', { body: { Name: this.name } });
    await this.buildImage();
    return { DRIVER: 'docker', DOCKER_NETWORK: this.name, DOCKER_HOST: this.dockerHost };
  }

  /** Builds the probe's image; an `addition` to its Dockerfile makes it another one. */
  async buildImage(addition = ''): Promise<void> {
    const bundle = await readFile(join(this.#folder, 'functions/probe/index.mjs'));
    const context = new Map([['index.mjs', bundle]]);
    await this.build(this.image, DOCKERFILE + addition, context);
  }

  /** Builds an image of a Dockerfile and the files that it copies. */
  async build(
    image: string,
    dockerfile: string,
    files: ReadonlyMap<string, Buffer>,
  ): Promise<void> {
    const context = new Map([['Dockerfile', Buffer.from(dockerfile)], ...files]);
    const query = { t: image, forcerm: 'true' };
    const stream = await this.engine.stream('POST', '/build', { query, body: tarOf(context) });
    let progress = '';
    for await (const chunk of stream) progress += chunk;
    if (progress.includes('"error"')) throw new Error(progress);
  }

  /** The containers of a function, or of all, whether they run or not. */
  async containers(fn?: string): Promise<Container[]> {
    const label = fn === undefined ? [] : [`com.openfaas.function=${fn}`];
    const query = { all: 'true', filters: JSON.stringify({ network: [this.name], label }) };
    return Listed.parse(await this.engine.call('GET', '/containers/json', { query }));
  }

  async containerIds(fn?: string): Promise<string[]> {
    return (await this.containers(fn)).map(({ Id }) => Id).sort();
  }

  async inspect(id: string): Promise<Inspection> {
    return Inspection.parse(await this.engine.call('GET', `/containers/${id}/json`));
  }

  async addressOf(id: string): Promise<string> {
    const { NetworkSettings } = await this.inspect(id);
    return NetworkSettings.Networks[this.name]?.IPAddress ?? '';
  }

  async kill(id: string): Promise<void> {
    await this.engine.call('POST', `/containers/${id}/kill`);
  }

  async remove(id: string): Promise<void> {
    const query = { force: 'true', v: 'true' };
    await this.engine.call('DELETE', `/containers/${id}`, { query });
  }

  async removeContainers(): Promise<void> {
    for (const id of await this.containerIds()) await this.remove(id);
  }

  async removeImage(image: string): Promise<void> {
    await this.engine.call('DELETE', `/images/${image}`, { query: { force: 'true' } });
  }

  async clear(): Promise<void> {
    await this.removeContainers();
    await this.engine.call('DELETE', `/networks/${this.name}`);
    await this.removeImage(this.image);
    await this.engine.close();
  }
}
