import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Step } from '../../../local/src/bringup/progress.ts';
import { copyArtifacts } from '../../../local/src/packages/maven.ts';
import { provide } from '../../../local/src/packages/store.ts';
import { namesIn } from '../../../local/src/packages/tree.ts';
import { PACKAGES, ROOT } from '../../../local/src/paths.ts';
import { run } from '../../../local/src/process/run.ts';
import { BASE, baseImage, MADE_OF } from './base-image.ts';
import { docker, imageLabel } from './docker.ts';
import type { Engine } from './engine.ts';

const FOLDER = join(ROOT, 'tests', 'compose', 'engine', 'stand-ins');

/** The release that the image which is stood in for carries; the tools are for its health check. */
const KAFKA = ['org.apache.kafka:kafka_2.13:4.1.1', 'org.apache.kafka:kafka-tools:4.1.1'] as const;
const KAFKA_LOG = 'org.apache.logging.log4j:log4j-slf4j-impl:2.24.3';
const NPM = 'npm@10';

/** An image of this machine's own that has the name of a real one. */
export type StandIn = {
  /** Its folder in tests/compose/engine/stand-ins. */
  readonly folder: string;
  readonly image: string;
  /** The name of the image that it is built on. */
  readonly on: string;
  /** Folders that its Dockerfile copies from, by the names that it has for them. */
  readonly materials?: () => Promise<Readonly<Record<string, string>>>;
};

const DEVELOPMENT: StandIn = {
  folder: 'debian-development',
  image: 'stand-in/debian-development',
  on: BASE,
};

function nodePackage(): string {
  return `node-linux-${process.arch}@22`;
}

/** What npm's registry has under a name, unpacked. */
function npmPackage(specifier: string): Promise<string> {
  const name = `npm-${specifier.replace('@', '-')}`;
  return provide(PACKAGES, {
    name,
    ingredients: specifier,
    build: async (folder) => {
      const pack = ['pack', '--silent', '--pack-destination', folder, specifier];
      const { stdout } = await run('npm', pack, { cwd: folder });
      const archive = join(folder, stdout.trim());
      await run('tar', ['-xzf', archive, '-C', folder, '--strip-components=1']);
      await run('rm', [archive]);
    },
  });
}

function kafkaJars(): Promise<string> {
  const artifacts = [...KAFKA, KAFKA_LOG] as const;
  return provide(PACKAGES, {
    name: 'kafka-image',
    ingredients: artifacts,
    build: (folder) => copyArtifacts(PACKAGES, artifacts, folder),
  });
}

/** Every image that this project is built on or runs, but for those that are looked at and never run. */
export const STAND_INS: readonly StandIn[] = [
  {
    folder: 'node',
    image: 'node:22-slim',
    on: BASE,
    materials: async () => ({ node: await npmPackage(nodePackage()), npm: await npmPackage(NPM) }),
  },
  { folder: 'mysql', image: 'mysql:8.4.6', on: DEVELOPMENT.image },
  {
    folder: 'kafka',
    image: 'confluentinc/cp-kafka:8.1.1',
    on: BASE,
    materials: async () => ({ kafka: await kafkaJars() }),
  },
  { folder: 'rabbitmq', image: 'rabbitmq:4.1.4-management', on: DEVELOPMENT.image },
  { folder: 'nginx', image: 'nginx:1.28.0', on: DEVELOPMENT.image },
  { folder: 'prometheus', image: 'prom/prometheus:v3.5.0', on: DEVELOPMENT.image },
  { folder: 'mailpit', image: 'axllent/mailpit:v1.27.11', on: DEVELOPMENT.image },
  { folder: 'gateway', image: 'ghcr.io/openfaas/gateway:0.27.12', on: 'node:22-slim' },
];

/** Tells whether an image is still what would be made: its files, and what it is made of. */
async function digest(engine: Engine, standIn: StandIn, materials: readonly string[]) {
  const folder = join(FOLDER, standIn.folder);
  const files = await Promise.all(
    (await namesIn(folder)).map(async (name) => [name, await readFile(join(folder, name), 'utf8')]),
  );
  const on = await imageLabel(engine, standIn.on, MADE_OF);
  const content = JSON.stringify([on, files, materials]);
  return createHash('sha256').update(content).digest('hex');
}

async function build(engine: Engine, standIn: StandIn): Promise<void> {
  const { folder, image, materials } = standIn;
  const contexts = Object.entries((await materials?.()) ?? {}).map(
    ([name, path]) => `${name}=${path}`,
  );
  const madeOf = await digest(engine, standIn, contexts);
  if ((await imageLabel(engine, image, MADE_OF)) === madeOf) return;
  const { GOPROXY } = process.env;
  await docker(
    engine,
    ...['buildx', 'build', '--quiet', '--tag', image, '--label', `${MADE_OF}=${madeOf}`],
    ...contexts.flatMap((context) => ['--build-context', context]),
    ...(GOPROXY === undefined ? [] : ['--build-arg', `GOPROXY=${GOPROXY}`]),
    join(FOLDER, folder),
  );
}

/** Makes all stand-ins in an engine; what has not changed is there from the last run. */
export async function makeStandIns(step: Step, engine: Engine): Promise<void> {
  const made = new Map([[BASE, step(BASE, [], () => baseImage(engine))]]);
  for (const standIn of [DEVELOPMENT, ...STAND_INS]) {
    const on = made.get(standIn.on) ?? Promise.reject(new Error(`no ${standIn.on}`));
    made.set(
      standIn.image,
      step(standIn.image, [on], () => build(engine, standIn)),
    );
  }
  await Promise.all(made.values());
}
