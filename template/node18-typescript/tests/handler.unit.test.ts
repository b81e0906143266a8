import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FunctionBench, type RunningFunction } from './running-function.ts';

const bench = new FunctionBench();
let fn: RunningFunction;

beforeAll(async () => {
  await bench.bundle('everything');
  fn = await bench.start('everything');
});
afterAll(() => bench.close());

const get = (path: string, init?: RequestInit) => fetch(fn.url + path, init);
const post = (path: string, body: string | Uint8Array<ArrayBuffer>, type = 'application/json') =>
  get(path, { method: 'POST', body, headers: { 'content-type': type } });

describe('what a handler sees', () => {
  test('the path as it was received, the query decoded, a call id', async () => {
    const response = await get('/a%2Fb%20c?q=x%20y&q=z', { headers: { 'X-Call-Id': 'mine' } });
    expect(response.headers.get('x-call-id')).toBe('mine');
    expect(await response.json()).toEqual({
      method: 'GET',
      path: '/a%2Fb%20c',
      query: [
        ['q', 'x y'],
        ['q', 'z'],
      ],
      callId: 'mine',
      bytes: 0,
    });
  });

  test.each(['application/json', 'application/cloudevents+json; charset=utf-8', 'text/json'])(
    '%s parsed',
    async (type) => {
      expect(await (await post('/echo', '{"a":[1]}', type)).json()).toMatchObject({
        body: { a: [1] },
        bytes: 9,
      });
    },
  );

  test('any other type as text', async () => {
    expect(await (await post('/echo', '{"a":1}', 'text/plain')).json()).toMatchObject({
      body: '{"a":1}',
    });
  });

  test('an empty body as undefined', async () => {
    expect(await (await post('/echo', '')).json()).not.toHaveProperty('body');
  });

  test('HEAD as HEAD, answered without a body', async () => {
    const response = await get('/text', { method: 'HEAD' });
    expect(response.headers.get('content-length')).toBe('5');
    expect(await response.text()).toBe('');
  });
});

describe('how a handler answers', () => {
  test('with a status, headers and an object', async () => {
    const response = await get('/created');
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe('/x');
    expect(response.headers.get('x-many')).toBe('a, b');
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ id: 1 });
  });

  test.each([
    ['/text', 200, 'text/plain; charset=utf-8', 'plain'],
    ['/bytes', 200, 'application/octet-stream', '\u0001\u0002\u0003'],
    ['/stream', 200, 'application/octet-stream', 'one two'],
    ['/empty', 204, null, ''],
    ['/callback', 200, 'text/plain; charset=utf-8', 'later'],
    ['/resolves-nothing', 200, null, ''],
    ['/answer-twice', 200, 'text/plain; charset=utf-8', 'first'],
  ])('%s', async (path, status, type, body) => {
    const response = await get(path);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe(type);
    expect(await response.text()).toBe(body);
  });
});

describe('what goes wrong', () => {
  test.each(['/throw', '/reject', '/fail', '/circular', '/bad-header', '/broken-at-once'])(
    '%s is a 500 problem document without internals, and is logged',
    async (path) => {
      const headers = { 'x-request-id': 'r-1', 'x-call-id': `call${path}` };
      const response = await get(path, { headers });
      const text = await response.text();
      expect(response.status).toBe(500);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(JSON.parse(text)).toEqual({
        type: 'about:blank',
        title: 'Internal Server Error',
        status: 500,
        detail: 'Something went wrong inside the function',
        instance: path,
        code: 'internal_error',
        request_id: 'r-1',
      });
      const logged = fn
        .stderr()
        .split('\n')
        .find((line) => line.includes(`call${path}`));
      expect(JSON.parse(logged ?? '{}')).toMatchObject({
        level: 'error',
        err: {
          stack: expect.stringContaining(
            path === '/bad-header' || path === '/circular' ? 'answer.ts' : 'handler.ts',
          ),
        },
      });
    },
  );

  test('a stream that fails in the middle is cut off, not ended', async () => {
    const response = await get('/broken-stream');
    await expect(response.text()).rejects.toThrow();
  });

  test.each(['/throw-after', '/stray-rejection'])('%s leaves the process alive', async (path) => {
    expect(await (await get(path)).text()).toBe('answered');
    expect((await get('/text')).status).toBe(200);
    expect(fn.child.exitCode).toBeNull();
  });

  test.each(['{"a":', 'nothing', new Uint8Array([0x22, 0xff, 0x22])])(
    'a body that is not JSON is 400',
    async (body) => {
      const response = await post('/echo', body);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: 'malformed_json', instance: '/echo' });
    },
  );

  test('a body above the limit is 413, announced or not', async () => {
    const long = 'x'.repeat(1_048_577);
    expect((await post('/echo', long, 'text/plain')).status).toBe(413);
    const response = await get('/echo', {
      method: 'POST',
      body: new Blob([long]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'body_too_large' });
    expect((await post('/echo', 'x'.repeat(1_048_576), 'text/plain')).status).toBe(200);
  });

  test('paths below /_/ never reach the handler', async () => {
    expect((await get('/_/nothing')).status).toBe(404);
    expect((await get('/_/health')).status).toBe(200);
  });

  test('requests are counted', async () => {
    await get('/created');
    const metrics = await (await fetch(fn.metricsUrl)).text();
    expect(metrics).toMatch(/http_requests_total\{code="201",method="GET"\} \d/);
    expect(metrics).toMatch(/http_request_duration_seconds_bucket\{le="0.1",code="201"/);
    expect(metrics).toMatch(/http_requests_in_flight 0/);
  });
});
