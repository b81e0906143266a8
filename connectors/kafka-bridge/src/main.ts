import { runConnector } from '@movie-rental/connector-kit';
import { createKafka } from '@movie-rental/messaging';
import { cancelRentalsOfRemovedMovie } from '@movie-rental/rentals';
import { readConfig, SECRETS } from './config.ts';
import { runBridge } from './run-bridge.ts';

const name = 'kafka-bridge';

await runConnector({
  name,
  readConfig,
  secrets: SECRETS,
  run: ({ config, logger, signal }) =>
    runBridge({
      mysqlUrl: config.MYSQL_URL,
      kafka: createKafka({ brokers: config.KAFKA_BROKERS, clientId: name, logger }),
      topic: config.MOVIES_TOPIC,
      groupId: config.KAFKA_GROUP_ID,
      cancelRentals: cancelRentalsOfRemovedMovie,
      logger,
      signal,
    }),
});
