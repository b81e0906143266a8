import { join } from 'node:path';
import { allowedSources, type Maker } from '../../packages/container-choice.ts';
import { IMAGES } from '../../packages/container-images.ts';
import { type ContainerImage, containerSource } from '../../packages/container-source.ts';
import { type Java, java } from '../../packages/java.ts';
import { type Artifact, copyArtifacts } from '../../packages/maven.ts';
import { firstSource, type Source } from '../../packages/source.ts';
import { isProvided, provide, type Recipe } from '../../packages/store.ts';
import { namesIn } from '../../packages/tree.ts';
import { isAtLeast } from '../../packages/version.ts';
import { PACKAGES } from '../../paths.ts';

/** A Kafka broker's jar files and the Java that runs them. */
export type KafkaProgram = { readonly libraries: string; readonly java: Java };

export type KafkaSoftware = KafkaProgram | ContainerImage;

/** The first release whose KRaft mode is ready for use. */
const OLDEST_KAFKA = '3.3';

const ARTIFACTS: readonly Artifact[] = [
  'org.apache.kafka:kafka_2.13:4.1.0',
  // What the distribution adds to the broker's own dependencies so that it writes a log.
  'org.apache.logging.log4j:log4j-slf4j-impl:2.24.3',
];

const home: Source<string> = {
  name: 'KAFKA_HOME',
  async find() {
    const folder = process.env.KAFKA_HOME;
    if (folder === undefined || folder === '') return undefined;
    const libraries = join(folder, 'libs');
    const broker = (await namesIn(libraries)).find((name) => /^kafka_[\d.]+-\d/.test(name));
    const version = broker?.replace(/^kafka_[\d.]+-/, '') ?? '';
    return isAtLeast(version, OLDEST_KAFKA) ? libraries : undefined;
  },
};

const recipe: Recipe = {
  name: 'kafka',
  ingredients: ARTIFACTS,
  build: (folder) => copyArtifacts(PACKAGES, ARTIFACTS, folder),
};

const maven: Source<string> = {
  name: 'Maven',
  isCached: async () => isProvided(PACKAGES, recipe),
  find: () => provide(PACKAGES, recipe),
};

const container = containerSource(IMAGES.kafka);

/** Where the broker's jar files may come from, or a broker that needs none; best first. */
export const kafkaLibraries: readonly Source<string | ContainerImage>[] = [home, maven, container];

/** The source of a broker with the Java that it runs on, wherever that comes from. */
function withJava(libraries: Source<string>): Source<KafkaProgram> {
  return {
    ...libraries,
    async find() {
      const found = await libraries.find();
      return found === undefined ? undefined : { libraries: found, java: await java() };
    },
  };
}

/** Where a broker may come from, best first. */
const kafkaSources: readonly Source<KafkaSoftware>[] = [withJava(home), withJava(maven), container];

/**
 * The first Kafka broker that fits, downloaded where the machine has none.
 *
 * @param made who made the data that it is to run on, where there is some
 */
export async function kafkaSoftware(made?: Maker): Promise<KafkaSoftware> {
  return firstSource('Kafka broker', allowedSources(kafkaSources, made));
}
