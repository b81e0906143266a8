import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Problem } from '@movie-rental/contracts';
import {
  accessToken,
  type CalledFunction,
  openFunction,
  testPublicKeys,
  traceCollector,
} from '@movie-rental/testkit';
import { z } from 'zod';
import { createFunction, route } from './index.ts';

const Body = z.strictObject({ name: z.string(), size: z.int().optional() });
const Query = z.strictObject({ limit: z.coerce.number().max(10).optional() });

const routes = [
  route({
    method: 'GET',
    path: '/things/:id',
    who: 'anyone',
    query: Query,
    handle: async ({ params, query }) => ({
      status: 200,
      body: { ...params, ...query },
      headers: { ETag: '"7"' },
    }),
  }),
  route({
    method: 'POST',
    path: '/things',
    who: 'customer',
    body: Body,
    handle: async ({ body, caller, trace }) => ({ status: 201, body: { body, caller, trace } }),
  }),
  route({
    method: 'DELETE',
    path: '/things/:id',
    who: 'administrator',
    handle: async () => ({ status: 204 }),
  }),
  route({ method: 'POST', path: '/', who: 'service', handle: async () => ({ status: 200 }) }),
  route({
    method: 'GET',
    path: '/broken',
    who: 'anyone',
    handle: async () => {
      throw new Error('password=hunter2');
    },
  }),
];

let fn: CalledFunction;
beforeAll(async () => {
  process.env.LOG_LEVEL = 'silent';
  const { handle, init, close } = createFunction({
    name: 'things',
    open: () => ({ routes, publicKeys: testPublicKeys, serviceToken: 'service' }),
  });
  fn = await openFunction(async () => ({ default: handle, init, close }), {});
});
afterAll(() => fn.close());

const { kid } = JSON.parse(testPublicKeys).keys[0];

/** A forged token: its claims are not even JSON. */
function unreadable(header: object): string {
  const start = Buffer.from(JSON.stringify({ alg: 'ES256', ...header })).toString('base64url');
  return `${start}.${Buffer.from('notjson').toString('base64url')}.AAAA`;
}

const alice = () => accessToken({ username: 'alice' });

test('a function that does not give what its routes are checked by does not compile', () => {
  const forWhom = <Who extends 'anyone' | 'customer' | 'administrator' | 'service'>(who: Who) => [
    route({ method: 'GET', path: '/', who, handle: async () => ({ status: 200 }) }),
  ];
  const [anyone, customer] = [forWhom('anyone'), forWhom('customer')];
  const [administrator, service] = [forWhom('administrator'), forWhom('service')];
  const publicKeys = testPublicKeys;
  const serviceToken = 'service';
  createFunction({ name: 'things', open: () => ({ routes: anyone }) });
  createFunction({ name: 'things', open: () => ({ routes: customer, publicKeys }) });
  createFunction({ name: 'things', open: () => ({ routes: service, serviceToken }) });
  // @ts-expect-error: publicKeys is missing.
  createFunction({ name: 'things', open: () => ({ routes: customer }) });
  // @ts-expect-error: publicKeys is missing.
  createFunction({ name: 'things', open: () => ({ routes: administrator, serviceToken }) });
  // @ts-expect-error: serviceToken is missing.
  createFunction({ name: 'things', open: async () => ({ routes: service, publicKeys }) });
  const mixed = [...anyone, ...customer, ...service];
  // @ts-expect-error: serviceToken is missing, among other routes too.
  createFunction({ name: 'things', open: () => ({ routes: mixed, publicKeys }) });
  expect(mixed).toHaveLength(3);
});

describe('routing', () => {
  test('decodes parameters and takes HEAD for GET', async () => {
    expect((await fn.call('GET', '/things/a%20b')).body).toEqual({ id: 'a b' });
    expect((await fn.call('HEAD', '/things/1')).status).toBe(200);
  });
  test('answers 404 with a problem document for an unknown path', async () => {
    const reply = await fn.call('GET', '/nothing');
    expect(reply.headers['content-type']).toBe('application/problem+json');
    expect(Problem.parse(reply.body)).toMatchObject({
      status: 404,
      code: 'not_found',
      instance: '/api/nothing',
    });
  });
  test('answers 404 for a path that cannot be decoded', async () => {
    expect((await fn.call('GET', '/things/%zz')).status).toBe(404);
  });
  test('answers 405 with what is allowed', async () => {
    const reply = await fn.call('PUT', '/things/1');
    expect(reply.status).toBe(405);
    expect(reply.headers.allow).toBe('GET, DELETE, HEAD');
  });
});

describe('access', () => {
  test('asks for a token', async () => {
    const reply = await fn.call('POST', '/things', { body: { name: 'x' } });
    expect(reply.status).toBe(401);
    expect(reply.headers['www-authenticate']).toBe('Bearer');
  });
  test.each([
    ['an expired one', () => accessToken({ username: 'alice', expiresIn: -1 }), /expired/],
    ['a forged one', () => `${alice().slice(0, -8)}AAAAAAAA`, /not valid/],
    ['no token at all', () => 'nonsense', /not valid/],
    ['one whose claims are no JSON', () => unreadable({ typ: 'JWT' }), /not valid/],
    ['one whose claims are no object', () => unreadable({ typ: 'at+jwt', kid }), /not valid/],
  ])('refuses %s', async (_, token, detail) => {
    const reply = await fn.call('POST', '/things', { body: { name: 'x' }, token: token() });
    expect(reply.status).toBe(401);
    expect(reply.headers['www-authenticate']).toContain('error="invalid_token"');
    expect(reply.body.detail).toMatch(detail);
  });
  test('looks at no token where anyone may call', async () => {
    expect((await fn.call('GET', '/things/1', { token: 'nonsense' })).status).toBe(200);
  });
  test('answers 403 to a customer where an administrator is asked for', async () => {
    expect((await fn.call('DELETE', '/things/1', { token: alice() })).status).toBe(403);
    const admin = accessToken({ username: 'root', role: 'admin' });
    expect((await fn.call('DELETE', '/things/1', { token: admin })).status).toBe(204);
  });
  test('lets a service in by its own token alone', async () => {
    expect((await fn.call('POST', '/', { token: 'service' })).status).toBe(200);
    expect((await fn.call('POST', '/', { token: alice() })).status).toBe(401);
  });
  test('tells the handler who calls', async () => {
    const { body } = await fn.call('POST', '/things', { body: { name: 'x' }, token: alice() });
    expect(body.caller).toMatchObject({ username: 'alice', role: 'customer' });
  });
});

describe('bodies and queries', () => {
  const post = (body: unknown, headers = {}) =>
    fn.call('POST', '/things', { body, headers, token: alice() });

  test.each([
    ['no JSON', '{', {}, 400, 'malformed_json'],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), {}, 400, 'malformed_json'],
    ['nothing', undefined, {}, 400, 'malformed_json'],
    ['another media type', 'a', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    ['a wrong type', { name: 7 }, {}, 422, 'validation_failed'],
  ])('refuses %s', async (_, body, headers, status, code) => {
    expect((await post(body, headers)).body).toMatchObject({ status, code });
  });
  test('names every field that does not validate, an unknown one too', async () => {
    const { body } = await post({ size: 'big', colour: 'red' });
    expect(body.errors.map((error: { path: string }) => error.path).sort()).toEqual([
      'colour',
      'name',
      'size',
    ]);
  });
  test('takes a media type with parameters', async () => {
    const headers = { 'content-type': 'Application/JSON; charset=utf-8' };
    expect((await post({ name: 'x' }, headers)).status).toBe(201);
  });
  test.each(['limit=11', 'limit=1&limit=2', 'colour=red'])('refuses ?%s', async (query) => {
    const { body } = await fn.call('GET', `/things/1?${query}`);
    expect(body).toMatchObject({ status: 422, errors: [{ path: query.split('=')[0] }] });
  });
  test('answers 406 to a client that wants something else', async () => {
    const call = (accept: string) => fn.call('GET', '/things/1', { headers: { accept } });
    expect((await call('text/html')).status).toBe(406);
    expect((await call('text/html, */*;q=0.1')).status).toBe(200);
  });
});

describe('answers', () => {
  test('hide what went wrong inside', async () => {
    const reply = await fn.call('GET', '/broken');
    expect(reply.body).toMatchObject({ status: 500, code: 'internal_error' });
    expect(JSON.stringify(reply.body)).not.toContain('hunter2');
  });
  test('keep a well-formed request id and replace any other', async () => {
    const call = (id: string) => fn.call('GET', '/things/1', { headers: { 'x-request-id': id } });
    expect((await call('abc-1')).headers['x-request-id']).toBe('abc-1');
    expect((await call('a b')).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
  test('carry a trace on', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const headers = { traceparent, 'x-request-id': 'r1' };
    const { body } = await fn.call('POST', '/things', {
      body: { name: 'x' },
      token: alice(),
      headers,
    });
    expect(body.trace).toEqual({ requestId: 'r1', traceparent });
  });
  test.each(['"7"', 'W/"7"', '"6", "7"', '*'])('are 304 for If-None-Match: %s', async (tag) => {
    const reply = await fn.call('GET', '/things/1', { headers: { 'if-none-match': tag } });
    expect(reply).toMatchObject({ status: 304, body: undefined, headers: { etag: '"7"' } });
  });
  test('are whole for another version', async () => {
    const reply = await fn.call('GET', '/things/1', { headers: { 'if-none-match': '"6"' } });
    expect(reply.status).toBe(200);
  });
});

test('where requests are traced, what a request leads to continues its span', async () => {
  const collector = await traceCollector();
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = collector.endpoint;
  const { handle, init, close } = createFunction({
    name: 'things',
    open: () => ({ routes, publicKeys: testPublicKeys, serviceToken: 'service' }),
  });
  const traced = await openFunction(async () => ({ default: handle, init, close }), {});
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const parent = 'b7ad6b7169203331';
  const traceparent = `00-0af7651916cd43dd8448eb211c80319c-${parent}-01`;
  const headers = { traceparent };
  const options = { body: { name: 'x' }, token: alice(), headers };
  const reply = await traced.call('POST', '/things', options);
  await traced.call('GET', '/broken', { headers });
  await traced.close();
  collector.close();
  const [created, broken] = collector.spans;
  expect(created).toMatchObject({ name: 'POST things', parentSpanId: parent });
  expect(reply.body).toMatchObject({
    trace: { traceparent: traceparent.replace(parent, created?.spanId ?? '') },
  });
  expect(broken?.status).toEqual({ code: 2, message: 'answered 500' });
});
