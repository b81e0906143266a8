import { startKafka } from '../servers/kafka.ts';
import { startMysql } from '../servers/mysql.ts';
import { startRabbitmq } from '../servers/rabbitmq.ts';
import type { Context } from '../servers/server.ts';
import type { Externals } from './external.ts';
import type { Step } from './progress.ts';

type Mysql = { readonly url: string; readonly rootUrl?: string };

/** Starts MySQL, Kafka and RabbitMQ, or takes the user's own. */
export function startServers(
  step: Step,
  context: Context,
  { MYSQL_URL, KAFKA_BROKERS, RABBITMQ_URL }: Externals,
) {
  return {
    mysql: step('MySQL', [], async (): Promise<Mysql> => {
      return MYSQL_URL === undefined ? startMysql(context) : { url: MYSQL_URL };
    }),
    kafka: step('Kafka', [], async () => {
      return KAFKA_BROKERS === undefined ? startKafka(context) : { brokers: KAFKA_BROKERS };
    }),
    rabbitmq: step('RabbitMQ', [], async () => {
      const own = { url: RABBITMQ_URL ?? '', management: '' };
      return RABBITMQ_URL === undefined ? startRabbitmq(context) : own;
    }),
  };
}
