import { join } from 'node:path';
import type { Instance } from '../../instance/instance.ts';

/** The broker's one user, who may do everything. */
export const USER = 'app';

/** Where things of a broker are. */
export type BrokerFiles = {
  readonly data: string;
  readonly plugins: string;
  readonly configuration: string;
};

/** Where they are on this machine. */
export function brokerFiles({ data, generated, secrets }: Instance): BrokerFiles {
  return {
    data: join(data, 'rabbitmq'),
    plugins: join(generated, 'rabbitmq-plugins'),
    configuration: join(secrets, 'rabbitmq.conf'),
  };
}

/** The content of the file of plugins. */
export const PLUGINS = '[rabbitmq_management].\n';

type Listeners = {
  readonly address: '127.0.0.1' | '0.0.0.0';
  readonly amqp: number;
  readonly management: number;
};

/** The content of the configuration. */
export function configuration({ address, amqp, management }: Listeners, password: string): string {
  return [
    `listeners.tcp.local = ${address}:${amqp}`,
    `management.tcp.ip = ${address}`,
    `management.tcp.port = ${management}`,
    `default_user = ${USER}`,
    `default_pass = ${password}`,
    'log.file = false',
    'log.console = true',
    'log.console.level = info',
    '',
  ].join('\n');
}

/** The variables that lead a broker to its files and give it a name that no move changes. */
export function brokerVariables({ data, plugins, configuration }: BrokerFiles) {
  return {
    HOME: data,
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_CONFIG_FILE: configuration,
    RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
    RABBITMQ_NODENAME: 'rabbit@localhost',
    RABBITMQ_MNESIA_BASE: data,
    RABBITMQ_LOG_BASE: join(data, 'log'),
    RABBITMQ_LOGS: '-',
  };
}
