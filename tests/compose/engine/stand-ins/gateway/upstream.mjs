import { Agent, request as httpRequest } from 'node:http';
import { pipeline } from 'node:stream/promises';

/** Of one hop alone (RFC 9110, section 7.6.1); a length would be another's than that of what is sent on. */
const OWN = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

const provider = new URL(process.env.functions_provider_url ?? '');
const agent = new Agent({ keepAlive: true });
const timeout = seconds(process.env.upstream_timeout ?? '60s') * 1000;

/** Reads a duration as Go writes it, of hours, minutes and seconds. */
function seconds(duration) {
  const [, hours = 0, minutes = 0, rest = 0] =
    /^(?:(\d+)h)?(?:(\d+)m)?(?:([\d.]+)s)?$/.exec(duration) ?? [];
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
}

function without(headers, names) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}

/** The provider's answer to a GET, parsed; throws where it is no success. */
export async function ask(path, authorization) {
  const headers = authorization === undefined ? {} : { authorization };
  const reply = await fetch(new URL(path, provider), {
    headers,
    signal: AbortSignal.timeout(timeout),
  });
  if (!reply.ok) throw new Error(`${path} was answered ${reply.status}`);
  return reply.json();
}

/**
 * Sends a request on to the provider and its answer back, both as they come. One that goes away in
 * mid-answer ends the other.
 */
export async function forward(incoming, response, headers = {}) {
  const hasBody =
    'transfer-encoding' in incoming.headers || Number(incoming.headers['content-length']) > 0;
  const outgoing = httpRequest(provider, {
    agent,
    timeout,
    path: incoming.url,
    method: incoming.method,
    headers: {
      ...without(incoming.headers, [...OWN, 'content-length']),
      ...headers,
      ...(hasBody && { 'transfer-encoding': 'chunked' }),
    },
  });
  response.once('close', () => outgoing.destroy());
  outgoing.once('timeout', () => outgoing.destroy(new Error('the provider took too long')));
  const answered = new Promise((resolve, reject) => {
    outgoing.once('response', resolve).once('error', reject);
  });
  answered.catch(() => {});
  if (hasBody) incoming.pipe(outgoing);
  else outgoing.end();
  const reply = await answered;
  response.writeHead(reply.statusCode, without(reply.headers, OWN));
  await pipeline(reply, response);
}
