import { parseArgs } from 'node:util';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { readEndpoints } from '../instance/endpoints.ts';
import { DEFAULT_INSTANCE } from '../instance/instance.ts';

type Mail = {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly message_id: string;
  readonly sent_at: string;
};

const SENT = `SELECT recipient, subject, text, message_id, sent_at FROM mail
  WHERE state = 'SENT' ORDER BY sent_at, message_id`;

/** Prints the mails that were sent, oldest first; with `--json` one JSON object a line. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      instance: { type: 'string', default: DEFAULT_INSTANCE },
      json: { type: 'boolean', default: false },
    },
  });
  const { mysql } = await readEndpoints(values.instance);
  const mails = await sentMails(mysql.url);
  if (values.json) for (const mail of mails) console.log(JSON.stringify(mail));
  else console.log(mails.map(letter).join('\n') || 'No mail was sent yet.');
  return 0;
}

async function sentMails(mysqlUrl: string): Promise<Mail[]> {
  const connection = await createConnection({ uri: mysqlUrl, timezone: 'Z' });
  try {
    const [rows] = await connection.query<RowDataPacket[]>(SENT);
    return rows.map((row) => ({
      to: row.recipient,
      subject: row.subject,
      text: row.text,
      message_id: row.message_id,
      sent_at: row.sent_at.toISOString(),
    }));
  } finally {
    await connection.end();
  }
}

function letter({ to, subject, text, message_id, sent_at }: Mail): string {
  const head = `Date: ${sent_at}\nTo: ${to}\nSubject: ${subject}\nMessage-ID: ${message_id}`;
  return `${head}\n\n${text.trimEnd()}\n${'-'.repeat(72)}`;
}
