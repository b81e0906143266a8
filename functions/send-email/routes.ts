import { SendEmailBody } from '@movie-rental/contracts';
import { route } from '@movie-rental/function-kit';
import type { Database } from '@movie-rental/mysql';
import { sendEmail } from './send-email.ts';
import type { Transport } from './transport.ts';

/** Sending a mail: the one thing that this function does, and for services alone. */
export function routes(database: Database, transport: Transport) {
  return [
    route({
      method: 'POST',
      path: '/',
      who: 'service',
      body: SendEmailBody,
      handle: async ({ body }) => {
        await sendEmail(database, transport, body);
        return { status: 200, body: { message_id: body.message_id, state: 'SENT' } };
      },
    }),
  ];
}
