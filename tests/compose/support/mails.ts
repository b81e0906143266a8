import { mailpit } from './system.ts';

/** A mail that was caught (Mailpit's API, /api/v1/messages). */
export type CaughtMail = {
  readonly ID: string;
  readonly Subject: string;
  readonly To: readonly { readonly Address: string }[];
};

/** The mails to an address, newest first. */
export async function mailsTo(address: string): Promise<CaughtMail[]> {
  const query = encodeURIComponent(`to:"${address}"`);
  const response = await fetch(`${mailpit()}/api/v1/search?query=${query}`);
  return ((await response.json()) as { messages: CaughtMail[] }).messages;
}

/** The text of a mail. */
export async function textOf({ ID }: CaughtMail): Promise<string> {
  const response = await fetch(`${mailpit()}/api/v1/message/${ID}`);
  return ((await response.json()) as { Text: string }).Text;
}
