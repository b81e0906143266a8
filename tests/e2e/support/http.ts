import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { testStack } from '@movie-rental/testkit';

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  /** Parsed where it is JSON, undefined where it is empty. */
  body: unknown;
}

interface Options {
  /** Becomes JSON; a string or Buffer is sent as it is. */
  body?: unknown;
  token?: string;
  headers?: Record<string, string>;
  /** Another address than the edge's. */
  base?: string;
}

/** Sends a request. Its path travels letter by letter, as no `fetch` would send it. */
export async function send(method: string, path: string, options: Options = {}): Promise<Reply> {
  const { body, token, headers, base = testStack().url } = options;
  const bytes = toBytes(body);
  const outgoing = request(base, {
    method,
    path,
    headers: {
      ...(bytes && { 'content-type': 'application/json', 'content-length': bytes.length }),
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    },
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve).once('error', reject);
  });
  outgoing.end(bytes);
  const incoming = await answered;
  const text = (await buffer(incoming)).toString();
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    body: parseBody(incoming.headers['content-type'], text),
  };
}

function toBytes(body: unknown): Buffer | undefined {
  if (body === undefined || Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

function parseBody(type: string | undefined, text: string): unknown {
  if (text === '') return undefined;
  return type?.includes('json') ? JSON.parse(text) : text;
}

/** Where a list goes on, as its Link header says; undefined on the last page. */
export function nextPage({ headers }: Reply): string | undefined {
  return /^<([^>]+)>; rel="next"$/.exec(`${headers.link ?? ''}`)?.[1];
}
