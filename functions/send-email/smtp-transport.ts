import { createTransport } from 'nodemailer';
import { DeliveryRefused, type Transport } from './transport.ts';

interface SmtpOptions {
  /** `smtp://user:password@host:port`, or `smtps:` for TLS from the start. */
  url: string;
  from: { name: string; address: string };
}

/** Together below the function's `exec_timeout`, so that a caller hears of a slow server. */
const CONNECT_TIMEOUT_MS = 3_000;
const SILENCE_TIMEOUT_MS = 5_000;

/** Mail by SMTP. The message id is the event's, so a server that sees it twice may know it again. */
export function smtpTransport({ url, from }: SmtpOptions): Transport {
  const smtp = createTransport({
    url,
    pool: true,
    // Trying again is the caller's: a mail must not wait in here after its claim was given back.
    maxRequeues: 0,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
  });
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return {
    deliver: async ({ message_id, to, subject, text, html }) => {
      const mail = {
        from,
        to: { name: '', address: to },
        subject,
        text,
        ...(html !== undefined && { html }),
        messageId: `<${message_id}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      };
      await smtp.sendMail(mail).catch((error: unknown) => {
        throw isRefusal(error)
          ? new DeliveryRefused('The mail server refused', { cause: error })
          : error;
      });
    },
    close: () => smtp.close(),
  };
}

interface SmtpError {
  code?: string;
  responseCode?: number;
  command?: string;
}

/**
 * What a server may say of one recipient or one message; a refused login or
 * sender address is the configuration's fault and says nothing of either.
 */
const ABOUT_THE_MAIL = new Set(['EENVELOPE', 'EMESSAGE']);

function isRefusal(error: unknown): boolean {
  const { code = '', responseCode = 0, command } = error as SmtpError;
  const isAboutSender = command === 'MAIL FROM';
  return ABOUT_THE_MAIL.has(code) && !isAboutSender && responseCode >= 500 && responseCode < 600;
}
