import { connect } from 'node:net';
import type { CallOutcome } from '@movie-rental/connector-kit/messaging';
import type { SendEmailBody, Trace } from '@movie-rental/contracts';
import fetch, { type Response } from 'node-fetch';

/** The gateway takes no calls at all: nothing is known of the mail that should have gone. */
export class GatewayUnreachable extends Error {
  override readonly name = 'GatewayUnreachable';
}

/** How send-email answered, with the beginning of what it said. */
export type SendOutcome = CallOutcome & { said: string };

/** @throws GatewayUnreachable */
export type SendMail = (mail: SendEmailBody, trace: Trace) => Promise<SendOutcome>;

interface MailSenderOptions {
  gatewayUrl: string;
  serviceToken: string;
  timeoutMs?: number;
}

/** Shorter than the time that a connector has for its drain. */
const CALL_TIMEOUT_MS = 18_000;
const PROBE_TIMEOUT_MS = 3_000;
const MAX_SAID = 500;

/** Codes that a call fails with before it is under way. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
]);

/** Calls the function send-email through the gateway, once a call. */
export function mailSender(options: MailSenderOptions): SendMail {
  const { gatewayUrl, serviceToken, timeoutMs = CALL_TIMEOUT_MS } = options;
  const url = new URL(`${gatewayUrl.replace(/\/+$/, '')}/function/send-email`);
  return async (mail, trace) => {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { ...headersOf(trace), Authorization: `Bearer ${serviceToken}` },
        body: JSON.stringify(mail),
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { status: response.status, said: await beginningOf(response) };
    } catch (error) {
      const { code, message } = error as Error & { code?: string };
      if (UNREACHABLE.has(code ?? '') || !(await takesConnections(url))) {
        throw new GatewayUnreachable(`The gateway cannot be reached: ${message}`, { cause: error });
      }
      return { failure: message, said: '' };
    }
  };
}

function headersOf({ requestId, traceparent }: Trace): Record<string, string> {
  return {
    'Content-Type': 'application/json',
    ...(requestId !== undefined && { 'X-Request-Id': requestId }),
    ...(traceparent !== undefined && { traceparent }),
  };
}

/** The status has been told by now: a body that breaks off changes nothing. */
async function beginningOf(response: Response): Promise<string> {
  const text = await response.text().catch(() => '');
  return text.slice(0, MAX_SAID);
}

/** Tells a gateway that is gone from a call that went wrong. */
function takesConnections(url: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
    const socket = connect({ port, host: url.hostname.replace(/^\[|\]$/g, '') });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(PROBE_TIMEOUT_MS, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
