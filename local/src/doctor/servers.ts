import type { Externals } from '../bringup/external.ts';
import { openApt } from '../packages/apt.ts';
import { javaSources } from '../packages/java.ts';
import { findProgram } from '../packages/program.ts';
import type { Source } from '../packages/source.ts';
import { PACKAGES } from '../paths.ts';
import { kafkaSources } from '../servers/kafka/software.ts';
import { mysqlSources } from '../servers/mysql/software.ts';
import { nginxSources } from '../servers/nginx/software.ts';
import { rabbitmqSources } from '../servers/rabbitmq/software.ts';
import type { Check } from './check.ts';

/** Where a server's software will come from at the next start. */
export type Origin =
  | { readonly kind: 'external'; readonly variable: string }
  | { readonly kind: 'installed'; readonly where: string }
  | { readonly kind: 'cached' }
  | { readonly kind: 'download'; readonly by: 'apt' | 'Maven' };

export type Part = { readonly name: string; readonly origin: Origin };

/** The first source that has the software now, else that it must be downloaded; downloads nothing. */
export async function originOf(
  sources: readonly Source<unknown>[],
  by: 'apt' | 'Maven',
): Promise<Origin> {
  for (const { name, isCached, find } of sources) {
    if (isCached === undefined) {
      const found = await find().catch(() => undefined);
      if (found !== undefined) return { kind: 'installed', where: name };
    } else if (await isCached()) {
      return { kind: 'cached' };
    }
  }
  return { kind: 'download', by };
}

/** Every server and what it runs on, with its origin. Maven is needed only for a download. */
export async function findParts(externals: Externals): Promise<Part[]> {
  const external = (variable: keyof Externals): Origin | undefined =>
    externals[variable] === undefined ? undefined : { kind: 'external', variable };
  const kafka = external('KAFKA_BROKERS');
  const parts = [
    { name: 'MySQL', origin: external('MYSQL_URL') ?? (await originOf(mysqlSources, 'apt')) },
    { name: 'Kafka', origin: kafka ?? (await originOf(kafkaSources, 'Maven')) },
    {
      name: 'RabbitMQ',
      origin: external('RABBITMQ_URL') ?? (await originOf(rabbitmqSources, 'apt')),
    },
    { name: 'Nginx', origin: await originOf(nginxSources, 'apt') },
  ];
  if (kafka === undefined) parts.push({ name: 'Java', origin: await originOf(javaSources, 'apt') });
  if (parts.some(({ origin }) => origin.kind === 'download' && origin.by === 'Maven')) {
    parts.push({ name: 'Maven', origin: await originOf([installedMaven], 'apt') });
  }
  return parts;
}

const installedMaven: Source<string> = {
  name: 'installed on this machine',
  find: () => findProgram('mvn'),
};

/** @param fault why packages cannot be downloaded by apt; undefined where they can, or need not be */
export function checkPart({ name, origin }: Part, fault: string | undefined): Check {
  switch (origin.kind) {
    case 'external':
      return { name, found: `your own (${origin.variable})` };
    case 'installed':
      return { name, found: origin.where };
    case 'cached':
      return { name, found: 'downloaded already' };
    case 'download': {
      if (origin.by === 'Maven') return { name, found: 'to be downloaded by Maven' };
      if (fault === undefined)
        return { name, found: "to be downloaded from the machine's registries" };
      const mend = `install ${name}, or mend apt (above)`;
      return { name, found: 'not there, and cannot be downloaded', mend };
    }
    default:
      return origin satisfies never;
  }
}

/** Why apt cannot download packages; undefined where it can. Its lists are fetched where they are old. */
async function aptFault(): Promise<string | undefined> {
  return openApt(PACKAGES).then(
    () => undefined,
    (error: Error) => error.message,
  );
}

/** Where each server will come from, and whether apt can bring what is missing. */
export async function checkServers(parts: readonly Part[]): Promise<Check[]> {
  const needsApt = parts.some(({ origin }) => origin.kind === 'download' && origin.by === 'apt');
  const fault = needsApt ? await aptFault() : undefined;
  return [aptCheck(needsApt, fault), ...parts.map((part) => checkPart(part, fault))];
}

function aptCheck(needed: boolean, fault: string | undefined): Check {
  const name = 'apt';
  if (!needed) return { name, found: 'not needed: nothing has to be downloaded by it' };
  if (fault === undefined) return { name, found: "reaches the machine's registries" };
  const mend = `give this machine a network and apt its sources (/etc/apt); it says:\n${fault}`;
  return { name, found: 'cannot download packages', mend };
}
