import type { Externals } from '../bringup/external.ts';
import { allowedSources } from '../packages/container-choice.ts';
import { IMAGES } from '../packages/container-images.ts';
import { CONTAINER } from '../packages/container-source.ts';
import { javaSources } from '../packages/java.ts';
import { findProgram } from '../packages/program.ts';
import type { Source } from '../packages/source.ts';
import { kafkaLibraries } from '../servers/kafka/software.ts';
import { mysqlSources } from '../servers/mysql/software.ts';
import { nginxSources } from '../servers/nginx/software.ts';
import { rabbitmqSources } from '../servers/rabbitmq/software.ts';

/** Where a server's software will come from at the next start. */
export type Origin =
  | { readonly kind: 'external'; readonly variable: string }
  | { readonly kind: 'installed'; readonly where: string }
  | { readonly kind: 'cached' }
  | { readonly kind: 'download'; readonly by: 'apt' | 'Maven' }
  | { readonly kind: 'container' };

export type Part = {
  readonly name: string;
  readonly origin: Origin;
  /** The image that can take its place. */
  readonly image?: string;
};

/** What Kafka runs on and is downloaded by; its image has it all. */
const KAFKA_NEEDS = ['Java', 'Maven'];

/** The first source that has the software now, else that it must be downloaded; downloads nothing. */
export async function originOf(
  sources: readonly Source<unknown>[],
  by: 'apt' | 'Maven',
): Promise<Origin> {
  for (const { name, isCached, find } of sources) {
    if (isCached === undefined) {
      const found = await find().catch(() => undefined);
      if (found !== undefined) return { kind: 'installed', where: name };
    } else if (name !== CONTAINER && (await isCached())) {
      return { kind: 'cached' };
    }
  }
  return sources.every(({ name }) => name === CONTAINER)
    ? { kind: 'container' }
    : { kind: 'download', by };
}

const installedMaven: Source<string> = {
  name: 'installed on this machine',
  find: () => findProgram('mvn'),
};

/** Every server and what it runs on, with its origin. Maven is needed only for a download. */
export async function findParts(externals: Externals): Promise<Part[]> {
  const origin = async (sources: readonly Source<unknown>[], by: 'apt' | 'Maven' = 'apt') =>
    originOf(allowedSources(sources, undefined, ''), by);
  const external = (variable: keyof Externals): Origin | undefined =>
    externals[variable] === undefined ? undefined : { kind: 'external', variable };
  const mysql = external('MYSQL_URL') ?? (await origin(mysqlSources));
  const kafka = external('KAFKA_BROKERS') ?? (await origin(kafkaLibraries, 'Maven'));
  const rabbitmq = external('RABBITMQ_URL') ?? (await origin(rabbitmqSources));
  const parts: Part[] = [
    { name: 'MySQL', origin: mysql, image: IMAGES.mysql },
    { name: 'Kafka', origin: kafka, image: IMAGES.kafka },
    { name: 'RabbitMQ', origin: rabbitmq, image: IMAGES.rabbitmq },
    { name: 'Nginx', origin: await origin(nginxSources), image: IMAGES.nginx },
  ];
  if (kafka.kind === 'external' || kafka.kind === 'container') return parts;
  parts.push({ name: 'Java', origin: await originOf(javaSources, 'apt') });
  if (kafka.kind === 'download') {
    parts.push({ name: 'Maven', origin: await originOf([installedMaven], 'apt') });
  }
  return parts;
}

/** Whether only apt can bring a part. */
export function needsApt({ origin }: Part): boolean {
  return origin.kind === 'download' && origin.by === 'apt';
}

/** The parts as they will be where apt can bring none: containers take the place of what it should. */
export function withoutApt(parts: readonly Part[]): Part[] {
  const forKafka = ({ name }: Part) => KAFKA_NEEDS.includes(name);
  const noKafka = parts.some((part) => forKafka(part) && needsApt(part));
  return parts
    .filter((part) => !(noKafka && forKafka(part)))
    .map((part) => {
      const missing = needsApt(part) || (noKafka && part.name === 'Kafka');
      return missing && part.image !== undefined
        ? { ...part, origin: { kind: 'container' } }
        : part;
    });
}
