import { join } from 'node:path';
import { type Java, java } from '../../packages/java.ts';
import { type Artifact, copyArtifacts } from '../../packages/maven.ts';
import { firstSource, type Source } from '../../packages/source.ts';
import { isProvided, provide, type Recipe } from '../../packages/store.ts';
import { namesIn } from '../../packages/tree.ts';
import { isAtLeast } from '../../packages/version.ts';
import { PACKAGES } from '../../paths.ts';

/** A Kafka broker's jar files and the Java that runs them. */
export type KafkaSoftware = { readonly libraries: string; readonly java: Java };

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

/** Where the broker's jar files may come from, best first. */
export const kafkaSources = [home, maven];

/** The first Kafka broker that fits, downloaded where the machine has none. */
export async function kafkaSoftware(): Promise<KafkaSoftware> {
  const [libraries, runtime] = await Promise.all([
    firstSource('Kafka broker', kafkaSources),
    java(),
  ]);
  return { libraries, java: runtime };
}
