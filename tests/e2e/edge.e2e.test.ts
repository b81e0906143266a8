import { Agent, request } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { testStack } from '@movie-rental/testkit';
import { send } from './support/http.ts';
import { newCustomer, newName } from './support/people.ts';
import { expectProblem } from './support/problem.ts';

const MIB = 1_048_576;

test('the edge is healthy', async () => {
  const reply = await send('GET', '/healthz');
  expect(reply).toMatchObject({ status: 200, body: 'OK\n' });
  expect(await send('HEAD', '/healthz')).toMatchObject({ status: 200, body: undefined });
});

describe('X-Request-Id', () => {
  const paths = [['/healthz'], ['/api/genres'], ['/api/movies/0'], ['/nothing']];

  test.each(paths)('is taken where it is well-formed: %s', async (path) => {
    const id = newName();
    const { headers } = await send('GET', path, { headers: { 'x-request-id': id } });
    expect(headers['x-request-id']).toBe(id);
  });

  test.each(paths)('is made where it is not: %s', async (path) => {
    for (const id of ['a b', '"><script>', 'x'.repeat(129)]) {
      const { headers } = await send('GET', path, { headers: { 'x-request-id': id } });
      expect(headers['x-request-id']).toMatch(/^[A-Za-z0-9._-]{1,128}$/);
      expect(headers['x-request-id']).not.toBe(id);
    }
  });
});

test('no answer tells what made it, nor lets a browser guess', async () => {
  for (const path of ['/healthz', '/api/genres', '/nothing']) {
    const { headers } = await send('GET', path);
    expect(headers).toMatchObject({ server: 'nginx', 'x-content-type-options': 'nosniff' });
    for (const name of ['x-powered-by', 'x-call-id', 'x-duration-seconds', 'x-start-time']) {
      expect(headers).not.toHaveProperty(name);
    }
  }
});

describe('a body', () => {
  const register = (body: Buffer, headers = {}) =>
    send('POST', '/api/auth/register', { body, headers });

  test('of 1 MiB reaches the function', async () => {
    expectProblem(await register(Buffer.alloc(MIB)), 400, 'malformed_json');
  });

  test('above 1 MiB is 413', async () => {
    expectProblem(await register(Buffer.alloc(MIB + 1)), 413, 'body_too_large');
  });

  test('above 1 MiB is 413 where its length is not announced', async () => {
    expect(await sendChunked(Buffer.alloc(MIB + 1))).toBe(413);
  });
});

function sendChunked(body: Buffer): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${testStack().url}/api/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
    });
    outgoing.once('response', (incoming) => {
      incoming.resume();
      resolve(incoming.statusCode);
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

test('headers that no server behind would take are 431', async () => {
  const headers = { a: 'x'.repeat(5_000), b: 'x'.repeat(5_000), c: 'x'.repeat(5_000) };
  expectProblem(await send('GET', '/api/movies', { headers }), 431, 'headers_too_large');
});

test('headers of a usual length pass', async () => {
  const { token } = await newCustomer();
  const headers = { cookie: 'x'.repeat(4_000) };
  expect((await send('GET', '/api/auth/me', { token, headers })).status).toBe(200);
});

test('a connection serves one request after the other', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ports = new Set<number | undefined>();
  for (const path of ['/api/genres', '/nothing', '/api/movies/0', '/healthz']) {
    await new Promise<void>((resolve, reject) => {
      const outgoing = request(testStack().url + path, { agent }, (incoming) => {
        ports.add(incoming.socket.localPort);
        incoming.resume().once('end', resolve);
      });
      outgoing.once('error', reject).end();
    });
  }
  agent.destroy();
  expect(ports.size).toBe(1);
});
