import { runConnector, runTask } from '@movie-rental/connector-kit';
import { createKafka, kafkaAccess } from '@movie-rental/connector-kit/messaging';
import { cancelRentalsOfRemovedMovie } from '@movie-rental/rentals';
import { runCacheTask } from './cache-tasks.ts';
import { readConfig, SECRETS } from './config.ts';
import { COMPONENT } from './dead-letter.ts';
import { runBridge } from './run-bridge.ts';

const settings = { name: COMPONENT, readConfig, secrets: SECRETS };

/** Without an argument it is the bridge; `verify` and `rebuild` look after the cache once. */
const [argument] = process.argv.slice(2);

if (argument === undefined) {
  await runConnector({
    ...settings,
    run: ({ config, logger, tracer, health, signal }) =>
      runBridge({
        mysqlUrl: config.MYSQL_URL,
        kafka: createKafka({ ...kafkaAccess(config), clientId: COMPONENT, logger }),
        topic: config.MOVIES_TOPIC,
        groupId: config.KAFKA_GROUP_ID,
        cancelRentals: cancelRentalsOfRemovedMovie,
        logger,
        tracer,
        health,
        signal,
      }),
  });
} else {
  await runTask({ ...settings, run: (context) => runCacheTask(argument, context) });
}
