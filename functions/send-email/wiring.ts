import { openDatabase } from '@movie-rental/mysql';
import { readConfig } from './config.ts';
import { routes } from './routes.ts';
import { simulatedTransport } from './simulated-transport.ts';
import { smtpTransport } from './smtp-transport.ts';

/** Composes the function from its configuration. */
export const open = () => {
  const config = readConfig();
  const database = openDatabase(config.MYSQL_URL);
  const transport = config.SMTP_URL
    ? smtpTransport({
        url: config.SMTP_URL,
        from: { name: config.MAIL_FROM_NAME, address: config.MAIL_FROM_ADDRESS },
      })
    : simulatedTransport;
  return {
    routes: routes(database, transport),
    serviceToken: config.SERVICE_TOKEN,
    close: async () => {
      transport.close();
      await database.close();
    },
  };
};
