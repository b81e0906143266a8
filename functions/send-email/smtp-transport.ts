import { createTransport } from 'nodemailer';
import { beginHandover, type Handover } from './handover.ts';
import { DeliveryRefused, MAX_DELIVERY_MS, OutcomeUnknown, type Transport } from './transport.ts';

interface SmtpOptions {
  /** `smtp://user:password@host:port`, or `smtps:` for TLS from the start. */
  url: string;
  from: { name: string; address: string };
}

const CONNECT_TIMEOUT_MS = 3_000;

/** Mail by SMTP. The message id is the event's, so a server that sees it twice may know it again. */
export function smtpTransport({ url, from }: SmtpOptions): Transport {
  const handovers = new WeakMap<AbortSignal, Handover>();
  const smtp = createTransport({
    url,
    pool: true,
    // Trying again is the caller's: a mail must not wait in here after its claim was given back.
    maxRequeues: 0,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    // It holds for each stage alike, so it must not end the longest; the handover limits the others.
    socketTimeout: MAX_DELIVERY_MS,
  });
  smtp.use('stream', ({ data, message }, done) => {
    const handover = data.signal && handovers.get(data.signal);
    if (handover) message.processFunc((source) => handover.watch(source));
    done();
  });
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return {
    deliver: async ({ message_id, to, subject, text, html }) => {
      const handover = beginHandover();
      handovers.set(handover.signal, handover);
      const mail = {
        from,
        to: { name: '', address: to },
        subject,
        text,
        ...(html !== undefined && { html }),
        messageId: `<${message_id}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal: handover.signal,
      };
      try {
        await smtp.sendMail(mail);
      } catch (error) {
        throw meaningOf(error, handover);
      } finally {
        handover.end();
      }
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

/** What the server answers is certain; only a mail that it had without an answer may be sent. */
function meaningOf(error: unknown, handover: Handover): unknown {
  const cause = error as SmtpError;
  if (isRefusal(cause)) return new DeliveryRefused('The mail server refused', { cause });
  if (handover.isComplete() && cause.responseCode === undefined) {
    return new OutcomeUnknown('The mail server did not say what became of the mail', { cause });
  }
  return error;
}

function isRefusal({ code = '', responseCode = 0, command }: SmtpError): boolean {
  const isAboutSender = command === 'MAIL FROM';
  return ABOUT_THE_MAIL.has(code) && !isAboutSender && responseCode >= 500 && responseCode < 600;
}
