import type { ServerEndpoints } from '../instance/endpoints.ts';
import { startKafka } from '../servers/kafka/server.ts';
import { startMysql } from '../servers/mysql/server.ts';
import { startRabbitmq } from '../servers/rabbitmq/server.ts';
import type { Surroundings } from '../servers/server.ts';
import type { Externals } from './external.ts';
import type { Step } from './progress.ts';

/** What the servers' steps fill in as they become ready. */
export type StartedServers = Partial<ServerEndpoints> & {
  /** MySQL as the user who may do everything; only for a server that was started here. */
  mysqlRootUrl?: string;
};

/**
 * The steps that bring MySQL, Kafka and RabbitMQ up, or take the user's own.
 *
 * @param found gets where each answers
 */
export function serverSteps(
  surroundings: Surroundings,
  externals: Externals,
  found: StartedServers,
): Step[] {
  const { MYSQL_URL, KAFKA_BROKERS, RABBITMQ_URL } = externals;
  const mysql = async () => {
    const { url, rootUrl } = await startMysql(surroundings);
    found.mysql = { url };
    found.mysqlRootUrl = rootUrl;
  };
  const kafka = async () => {
    found.kafka = await startKafka(surroundings);
  };
  const rabbitmq = async () => {
    found.rabbitmq = await startRabbitmq(surroundings);
  };
  if (MYSQL_URL !== undefined) found.mysql = { url: MYSQL_URL };
  if (KAFKA_BROKERS !== undefined) found.kafka = { brokers: KAFKA_BROKERS };
  if (RABBITMQ_URL !== undefined) found.rabbitmq = { url: RABBITMQ_URL, management: '' };
  return [
    { title: 'MySQL', run: MYSQL_URL === undefined ? mysql : nothing },
    { title: 'Kafka', run: KAFKA_BROKERS === undefined ? kafka : nothing },
    { title: 'RabbitMQ', run: RABBITMQ_URL === undefined ? rabbitmq : nothing },
  ];
}

/** For a server of the user's own there is nothing to bring up. */
const nothing = () => Promise.resolve();
