import { parseArgs } from 'node:util';
import { runWithDatabase } from './database.ts';

type Mail = {
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
  readonly message_id: string;
  readonly sent_at: Date;
};

const SENT = `SELECT recipient, subject, text, message_id, sent_at FROM mail
  WHERE state = 'SENT' ORDER BY sent_at, message_id`;

/** Prints the mails that were sent, oldest first; with `--json` one JSON object a line. */
export function run(args: string[]): Promise<number> {
  return runWithDatabase(args, (rest) => {
    const { values } = parseArgs({ args: rest, options: { json: { type: 'boolean' } } });
    return async (database) => {
      const mails = await database.rows<Mail>(SENT);
      const text = mails.map(values.json ? asJson : asLetter).join('\n');
      if (text !== '') console.log(text);
      else if (!values.json) console.log('No mail was sent yet.');
      return 0;
    };
  });
}

const asJson = ({ recipient, ...mail }: Mail) => JSON.stringify({ to: recipient, ...mail });

function asLetter({ recipient, subject, text, message_id, sent_at }: Mail): string {
  const head = `Date: ${sent_at.toISOString()}\nTo: ${recipient}\nSubject: ${subject}`;
  return `${head}\nMessage-ID: ${message_id}\n\n${text.trimEnd()}\n${'-'.repeat(72)}`;
}
