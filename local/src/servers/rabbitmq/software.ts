import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openApt, unpackPackages } from '../../packages/apt.ts';
import { allowedSources, type Maker } from '../../packages/container-choice.ts';
import { IMAGES } from '../../packages/container-images.ts';
import { type ContainerImage, containerSource } from '../../packages/container-source.ts';
import { thisMachine } from '../../packages/machine.ts';
import { findProgram } from '../../packages/program.ts';
import { firstSource, type Source } from '../../packages/source.ts';
import { isProvided, provide, type Recipe } from '../../packages/store.ts';
import { libraryEnvironment, namesIn, relinkTree } from '../../packages/tree.ts';
import { isAtLeast } from '../../packages/version.ts';
import { PACKAGES } from '../../paths.ts';

/** A RabbitMQ release and the Erlang that runs it. */
export type RabbitmqProgram = {
  /** The folder that holds `plugins/`. */
  readonly home: string;
  /** The folder that holds `erl` and `epmd`. */
  readonly erlang: string;
  readonly env: Readonly<Record<string, string>>;
};

export type RabbitmqSoftware = RabbitmqProgram | ContainerImage;

/** The first release whose quorum queues dead-letter at least once. */
const OLDEST_RABBITMQ = '3.10';

/** The newest RabbitMQ that fits in a folder of Debian's layout; undefined where there is none. */
async function rabbitmqHome(root: string): Promise<string | undefined> {
  const folder = join(root, 'usr', 'lib', 'rabbitmq', 'lib');
  const name = (await namesIn(folder))
    .filter((entry) => isAtLeast(entry.replace('rabbitmq_server-', ''), OLDEST_RABBITMQ))
    .at(-1);
  return name === undefined ? undefined : join(folder, name);
}

const installed: Source<RabbitmqProgram> = {
  name: 'installed on this machine',
  async find() {
    const [home, erl] = await Promise.all([rabbitmqHome('/'), findProgram('erl')]);
    if (home === undefined || erl === undefined) return undefined;
    return { home, erlang: dirname(erl), env: {} };
  },
};

/** Debian's `erl` names the folder that it was packaged for; let it look where it is instead. */
async function makeErlangMovable(root: string): Promise<void> {
  const script = join(root, 'usr', 'lib', 'erlang', 'bin', 'erl');
  const text = await readFile(script, 'utf8');
  const here = 'ROOTDIR="$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)"';
  await writeFile(script, text.replaceAll(/ROOTDIR="?\/usr\/lib\/erlang"?/g, here));
}

const recipe = async (): Promise<Recipe> => ({
  name: 'rabbitmq',
  ingredients: await thisMachine(),
  build: async (folder) => {
    await unpackPackages(await openApt(PACKAGES), ['rabbitmq-server', 'erlang-base'], folder);
    await relinkTree(folder);
    await makeErlangMovable(folder);
  },
});

const packaged: Source<RabbitmqProgram> = {
  name: 'packages',
  isCached: async () => isProvided(PACKAGES, await recipe()),
  async find() {
    const root = await provide(PACKAGES, await recipe());
    const home = await rabbitmqHome(root);
    if (home === undefined) throw new Error(`the registries offer none ≥ ${OLDEST_RABBITMQ}`);
    const erlang = join(root, 'usr', 'lib', 'erlang', 'bin');
    return { home, erlang, env: await libraryEnvironment(root) };
  },
};

/** Where RabbitMQ may come from, best first. */
export const rabbitmqSources: readonly Source<RabbitmqSoftware>[] = [
  installed,
  packaged,
  containerSource(IMAGES.rabbitmq),
];

/**
 * The first RabbitMQ that fits, downloaded where the machine has none.
 *
 * @param made who made the data that it is to run on, where there is some
 */
export async function rabbitmqSoftware(made?: Maker): Promise<RabbitmqSoftware> {
  return firstSource('RabbitMQ broker', allowedSources(rabbitmqSources, made));
}
