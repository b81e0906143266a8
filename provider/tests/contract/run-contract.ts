import { expect, test } from '@jest/globals';
import { until } from '../running-provider.ts';
import type { Case, Subject } from './case.ts';

/** Makes a test of each case; they build on one another, in their order. */
export function runContract(subject: () => Subject, cases: readonly Case[]): void {
  test.each(cases.map((entry) => [`${entry.name}: ${entry.request}`, entry] as const))(
    '%s',
    async (_name, entry) => {
      if (entry.eventually) await until(() => holds(subject(), entry));
      await check(subject(), entry);
    },
  );
}

async function holds(subject: Subject, entry: Case): Promise<boolean> {
  return check(subject, entry).then(
    () => true,
    () => false,
  );
}

async function check(subject: Subject, entry: Case): Promise<void> {
  const response = await send(subject, entry);
  const text = await response.text();
  expect({ status: response.status, text }).toMatchObject({ status: entry.status });
  for (const [name, pattern] of Object.entries(entry.answerHeaders ?? {})) {
    expect(response.headers.get(name)).toMatch(pattern);
  }
  if (entry.text) expect(text).toMatch(entry.text);
  if (entry.json !== undefined) expect(read(response, text)).toEqual(asPartOf(entry.json));
}

function send(subject: Subject, { request, body, headers }: Case): Promise<Response> {
  const [method = '', path = ''] = request.split(' ');
  const credentials = Buffer.from(`${subject.user}:${subject.password}`).toString('base64');
  const sent = new Headers({
    authorization: `Basic ${credentials}`,
    'user-agent': 'faas-cli/0.17.0',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  });
  if (sent.get('authorization') === '') sent.delete('authorization');
  return fetch(`${subject.url}${path}`, {
    method,
    headers: sent,
    redirect: 'manual',
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

function read(response: Response, text: string): unknown {
  if (!response.headers.get('content-type')?.includes('ndjson')) return JSON.parse(text);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** Objects may have more than was expected, at any depth; lists may not, unless they say so. */
function asPartOf(expected: unknown): unknown {
  if (Array.isArray(expected)) return expected.map(asPartOf);
  if (!isPlain(expected)) return expected;
  const parts = Object.entries(expected).map(([name, value]) => [name, asPartOf(value)]);
  return expect.objectContaining(Object.fromEntries(parts));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && value.constructor === Object;
}
