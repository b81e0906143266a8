import type { Externals } from '../bringup/external.ts';
import { openApt } from '../packages/apt.ts';
import { javaSources } from '../packages/java.ts';
import { findProgram } from '../packages/program.ts';
import type { Source } from '../packages/source.ts';
import { PACKAGES } from '../paths.ts';
import { kafkaSources } from '../servers/kafka.ts';
import { mysqlSources } from '../servers/mysql.ts';
import { nginxSources } from '../servers/nginx.ts';
import { rabbitmqSources } from '../servers/rabbitmq.ts';
import type { Check } from './check.ts';

/** Where a server's software will come from at the next start. */
export type Origin =
  | { readonly kind: 'external'; readonly variable: string }
  | { readonly kind: 'installed'; readonly where: string }
  | { readonly kind: 'cached' }
  | { readonly kind: 'download'; readonly by: 'apt' | 'Maven' };

export type Part = { readonly name: string; readonly origin: Origin };

/** The first source that has the software now, or else that it must be downloaded; downloads nothing. */
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

const installedMaven: Source<string> = {
  name: 'installed on this machine',
  find: () => findProgram('mvn'),
};

/** Every server and what it runs on, with its origin. Maven is needed only for a download. */
export async function findParts(externals: Externals): Promise<Part[]> {
  const external = (variable: keyof Externals): Origin | undefined =>
    externals[variable] === undefined ? undefined : { kind: 'external', variable };
  const kafka = external('KAFKA_BROKERS') ?? (await originOf(kafkaSources, 'Maven'));
  const mysql = external('MYSQL_URL') ?? (await originOf(mysqlSources, 'apt'));
  const rabbitmq = external('RABBITMQ_URL') ?? (await originOf(rabbitmqSources, 'apt'));
  const parts: Part[] = [
    { name: 'MySQL', origin: mysql },
    { name: 'Kafka', origin: kafka },
    { name: 'RabbitMQ', origin: rabbitmq },
    { name: 'Nginx', origin: await originOf(nginxSources, 'apt') },
  ];
  if (kafka.kind === 'external') return parts;
  parts.push({ name: 'Java', origin: await originOf(javaSources, 'apt') });
  if (kafka.kind === 'download') {
    parts.push({ name: 'Maven', origin: await originOf([installedMaven], 'apt') });
  }
  return parts;
}

/** Whether only apt can provide a part. */
const needsApt = ({ origin }: Part) => origin.kind === 'download' && origin.by === 'apt';

/**
 * What `npm start` will do for a part, or what to do if it can do nothing.
 *
 * @param aptFault why apt cannot download packages; undefined if it can
 */
export function checkPart({ name, origin }: Part, aptFault: string | undefined): Check {
  switch (origin.kind) {
    case 'external':
      return { name, found: `your own (${origin.variable})` };
    case 'installed':
      return { name, found: origin.where };
    case 'cached':
      return { name, found: 'already downloaded' };
    case 'download': {
      if (origin.by === 'Maven') return { name, found: 'Maven will download it' };
      if (aptFault === undefined) return { name, found: "the machine's registries have it" };
      const ways = [`install ${name}`, 'fix apt (above)', 'use Docker: docker compose up --wait'];
      return { name, found: 'missing, and cannot be downloaded', fix: ways.join(', or ') };
    }
    default:
      return origin satisfies never;
  }
}

/** Why apt cannot download packages; undefined if it can. Fetches its lists if they are old. */
async function findAptFault(): Promise<string | undefined> {
  return openApt(PACKAGES).then(
    () => undefined,
    (error: Error) => error.message,
  );
}

/** Where each server will come from, and whether apt can provide what is missing. */
export async function checkServers(parts: readonly Part[]): Promise<Check[]> {
  const needed = parts.some(needsApt);
  const fault = needed ? await findAptFault() : undefined;
  return [aptCheck(needed, fault), ...parts.map((part) => checkPart(part, fault))];
}

function aptCheck(needed: boolean, fault: string | undefined): Check {
  const name = 'apt';
  if (!needed) return { name, found: 'not needed: there is nothing to download with it' };
  if (fault === undefined) return { name, found: "reaches the machine's registries" };
  const fix = `give this machine a network and apt its sources (/etc/apt); it says:\n${fault}`;
  return { name, found: 'cannot download packages', fix };
}
