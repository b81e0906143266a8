import type { Problem } from '@movie-rental/contracts';

const TIMEOUT_MS = 15_000;

/** A step that did not happen, with a command that shows more, and the API's code of the problem. */
export class TourFailed extends Error {
  override readonly name = 'TourFailed';
  declare readonly cause: { readonly lookAt: string; readonly code?: string | undefined };

  constructor(message: string, lookAt: string, code?: string) {
    super(message, { cause: { lookAt, code } });
  }
}

/** What a request may carry; whatever it leads to carries its id. */
type Content = { body?: unknown; token?: string; requestId?: string };

export type Shop = ReturnType<typeof openShop>;

/**
 * A client of the public API: sends a request to a function and gives the body of an answer with the
 * status of success; throws TourFailed for any other answer, or none.
 */
export function openShop(url: string) {
  return async <Body>(part: string, what: string, success: number, content: Content = {}) => {
    const { body, token, requestId } = content;
    const [method = '', path] = what.split(' ');
    const headers = {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(requestId !== undefined && { 'x-request-id': requestId }),
    };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const sent = fetch(`${url}${path}`, { method, headers, signal, body: JSON.stringify(body) });
    const response = await sent.catch((error: Error) => {
      const reason = (error.cause as Error | undefined)?.message || error.message;
      throw new TourFailed(`${what} was not answered: ${reason}`, 'npm run status');
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.status === success) return answer as Body;
    const { code, detail, title }: Partial<Problem> = answer ?? {};
    const said = `${what} was answered ${response.status} ${code}: ${detail ?? title}`;
    throw new TourFailed(said, `npm run logs -- ${part}`, code);
  };
}
