import { runConnector } from '@movie-rental/connector-kit';
import { createKafka, kafkaPublisher, rabbitPublisher } from '@movie-rental/messaging';
import { readConfig, SECRETS } from './config.ts';
import { runRelay } from './run-relay.ts';

const name = 'outbox-relay';

await runConnector({
  name,
  readConfig,
  secrets: SECRETS,
  run: ({ config, logger, vitals, signal }) => {
    const kafka = createKafka({ brokers: config.KAFKA_BROKERS, clientId: name, logger });
    return runRelay({
      mysqlUrl: config.MYSQL_URL,
      publishers: {
        movie: kafkaPublisher(kafka, config.MOVIES_TOPIC),
        rental: rabbitPublisher({ url: config.RABBITMQ_URL, clientId: name, logger }),
      },
      logger,
      vitals,
      signal,
    });
  },
});
