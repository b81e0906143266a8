import { type Logger, runConnector } from '@movie-rental/connector-kit';
import {
  createKafka,
  kafkaAccess,
  kafkaPublisher,
  type Publisher,
  rabbitPublisher,
} from '@movie-rental/connector-kit/messaging';
import { type Config, readConfig, SECRETS } from './config.ts';
import type { Aggregate } from './outbox-sql.ts';
import { runRelay } from './run-relay.ts';

const name = 'outbox-relay';

/** Where the events of each kind of aggregate go. */
const PUBLISHERS: Readonly<Record<Aggregate, (config: Config, logger: Logger) => Publisher>> = {
  movie: (config, logger) => {
    const kafka = createKafka({ ...kafkaAccess(config), clientId: name, logger });
    return kafkaPublisher(kafka, config.MOVIES_TOPIC);
  },
  rental: (config, logger) => rabbitPublisher({ url: config.RABBITMQ_URL, clientId: name, logger }),
};

await runConnector({
  name,
  readConfig,
  secrets: SECRETS,
  run: ({ config, logger, tracer, health, signal }) =>
    runRelay({
      mysqlUrl: config.MYSQL_URL,
      publishers: new Map(
        config.AGGREGATES.map((aggregate) => [aggregate, PUBLISHERS[aggregate](config, logger)]),
      ),
      logger,
      tracer,
      health,
      signal,
    }),
});
