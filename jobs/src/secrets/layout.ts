import { functionSecrets, newSigningKey, randomSecret } from './keys.ts';

/** What is random, and how each is made; all else follows from it. */
export const ORIGINS = {
  'mysql-root-password': randomSecret,
  'mysql-password': randomSecret,
  'rabbitmq-password': randomSecret,
  'gateway-password': randomSecret,
  'administrator-password': randomSecret,
  'service-token': randomSecret,
  'jwt-private-key': newSigningKey,
} as const;

/** The random values, by name. */
export type Origins = Readonly<Record<keyof typeof ORIGINS, string>>;

/** Who signs in where, as docker-compose.yml has it too. */
export const GATEWAY_USER = 'admin';
export const ADMINISTRATOR = 'admin';
const MYSQL_USER = 'app';
const RABBITMQ_USER = 'app';

/** Files by name. */
type Folder = Readonly<Record<string, string>>;

/**
 * What each reader is given, a folder for each: no one gets to see what is another's.
 *
 * @param smtpUrl empty where mails shall stay in the database
 */
export function layOut(origins: Origins, smtpUrl: string): Readonly<Record<string, Folder>> {
  const mysqlUrl = `mysql://${MYSQL_USER}:${origins['mysql-password']}@mysql:3306/microdb`;
  const serviceToken = origins['service-token'];
  return {
    mysql: {
      'root-password': origins['mysql-root-password'],
      password: origins['mysql-password'],
    },
    rabbitmq: { '10-user.conf': rabbitmqConfiguration(origins['rabbitmq-password']) },
    gateway: {
      'basic-auth-user': GATEWAY_USER,
      'basic-auth-password': origins['gateway-password'],
    },
    functions: functionSecrets({
      ...{ mysqlUrl, serviceToken, smtpUrl },
      signingKey: origins['jwt-private-key'],
    }),
    connectors: {
      'mysql-url': mysqlUrl,
      'rabbitmq-url': `amqp://${RABBITMQ_USER}:${origins['rabbitmq-password']}@rabbitmq:5672/%2F`,
      'service-token': serviceToken,
    },
    administrator: {
      'mysql-url': mysqlUrl,
      'administrator-password': origins['administrator-password'],
    },
  };
}

/** The first start makes the user; its password is read at no later one. */
function rabbitmqConfiguration(password: string): string {
  const lines = [
    `default_user = ${RABBITMQ_USER}`,
    `default_pass = ${password}`,
    'log.console = true',
  ];
  return `${lines.join('\n')}\n`;
}
