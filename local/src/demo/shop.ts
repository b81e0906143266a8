import { Problem } from '@movie-rental/contracts';
import type { z } from 'zod';
import { TourFailed } from './tour-failed.ts';

const TIMEOUT_MS = 15_000;

/** Which function answers what, the first that fits. */
const FUNCTIONS = [
  ['/api/auth/register', 'auth-register'],
  ['/api/auth', 'auth-login'],
  ['/api/movies', 'movie-crud'],
  ['/api/rentals', 'rental-crud'],
] as const;

function logsOf(path: string): string {
  const name = FUNCTIONS.find(([prefix]) => path.startsWith(prefix))?.[1] ?? 'nginx';
  return `npm run logs -- ${name}`;
}

/** A request to the public API, and what must come back. */
export interface Call<Schema extends z.ZodType> {
  method: 'GET' | 'POST' | 'DELETE';
  /** Below the system's address, with its query. */
  path: string;
  body?: unknown;
  /** An access token. */
  token?: string;
  /** Travels along with whatever the request leads to. */
  requestId?: string;
  /** The status of success. */
  status: number;
  /** What the body of success is. */
  schema: Schema;
}

/** A problem document that the API answered with. */
export class Refused extends TourFailed {
  readonly code: string;

  constructor({ method, path }: { method: string; path: string }, problem: Problem) {
    const reason = problem.detail ?? problem.title;
    super(
      `${method} ${path} was answered ${problem.status} ${problem.code}: ${reason}`,
      logsOf(path),
    );
    this.code = problem.code;
  }
}

/**
 * A client of the public API at an address.
 *
 * @returns sends a call and gives its answer's body
 * @throws Refused (from that) for a problem document, TourFailed for anything else that is not the
 *   answer expected.
 */
export function openShop(url: string) {
  return async <Schema extends z.ZodType>(call: Call<Schema>): Promise<z.output<Schema>> => {
    const what = `${call.method} ${call.path}`;
    const response = await send(url, call).catch((cause: unknown) => {
      throw new TourFailed(`${what} was not answered: ${reasonOf(cause)}`, 'npm run status');
    });
    const text = await response.text();
    const body = text === '' ? undefined : parseJson(text);
    if (response.status === call.status) {
      const parsed = call.schema.safeParse(body);
      if (parsed.success) return parsed.data;
    }
    const problem = Problem.safeParse(body);
    if (problem.success) throw new Refused(call, problem.data);
    throw new TourFailed(
      `${what} was answered ${response.status} with: ${text}`,
      logsOf(call.path),
    );
  };
}

export type Shop = ReturnType<typeof openShop>;

function send(url: string, call: Call<z.ZodType>): Promise<Response> {
  const { method, path, body, token, requestId } = call;
  return fetch(url + path, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
      ...(requestId && { 'x-request-id': requestId }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? cause.message || String(cause) : message;
}
