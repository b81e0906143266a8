import { runConnector } from '@movie-rental/connector-kit';
import { readConfig, SECRETS } from './config.ts';
import { mailSender } from './mail-sender.ts';
import { runNotifier } from './run-notifier.ts';

await runConnector({
  name: 'rabbit-notifier',
  readConfig,
  secrets: SECRETS,
  run: ({ config, logger, tracer, health, signal }) =>
    runNotifier({
      mysqlUrl: config.MYSQL_URL,
      rabbitmqUrl: config.RABBITMQ_URL,
      sendMail: mailSender({ gatewayUrl: config.GATEWAY_URL, serviceToken: config.SERVICE_TOKEN }),
      logger,
      tracer,
      health,
      signal,
    }),
});
