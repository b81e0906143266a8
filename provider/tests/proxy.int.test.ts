import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ProviderBench, until } from './running-provider.ts';

const bench = new ProviderBench();

beforeAll(async () => {
  await bench.build();
  await bench.start();
  await bench.deploy('probe', { envVars: { exec_timeout: '5s' } });
});
afterAll(() => bench.close());

/** Sends bytes as they are and gives the whole answer. */
async function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(bench.url);
  const socket = connect(Number(port), hostname);
  socket.write(text);
  let answer = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    answer += chunk;
  });
  await once(socket, 'close');
  return answer;
}

describe('what the function is sent', () => {
  test.each([
    ['probe', '/', ''],
    ['probe/', '/', ''],
    ['probe.openfaas-fn/a', '/a', ''],
    ['probe/a%2Fb/%25zz/%C3%A9?q=%20&r', '/a%2Fb/%25zz/%C3%A9', 'q=+&r='],
    ['probe?x=1', '/', 'x=1'],
  ])('/function/%s is the path %s', async (path, expected, query) => {
    expect(await bench.echo(path)).toMatchObject({ path: expected, query });
  });

  test('a path that is not even well-formed, and methods of all sorts', async () => {
    const answer = await raw(
      'PROPFIND /function/probe/%zz//.. HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain('"method":"PROPFIND","path":"/%zz//.."');
  });

  test('headers of one connection are left out, headers of the call are added', async () => {
    const { headers } = JSON.parse(
      (
        await raw(
          'GET /function/probe HTTP/1.1\r\nHost: shop\r\nConnection: close, X-Private\r\nX-Private: 1\r\nTE: trailers\r\nX-Forwarded-For: 9.9.9.9\r\nX-Kept: 1\r\n\r\n',
        )
      ).split('\r\n\r\n')[1] as string,
    );
    expect(headers).toMatchObject({
      'x-kept': '1',
      'x-forwarded-for': '9.9.9.9, 127.0.0.1',
      'x-forwarded-host': 'shop',
      'x-call-id': expect.stringMatching(/^[\da-f-]{36}$/),
      'x-start-time': expect.stringMatching(/^\d{19}$/),
    });
    expect(headers).not.toHaveProperty('x-private');
    expect(headers).not.toHaveProperty('te');
  });

  test('a call id that came in is kept and answered', async () => {
    const response = await bench.invoke('probe', { headers: { 'x-call-id': 'mine' } });
    expect(response.headers.get('x-call-id')).toBe('mine');
    expect(((await response.json()) as { headers: object }).headers).toMatchObject({
      'x-call-id': 'mine',
    });
  });
});

describe('bodies', () => {
  const upload = (path: string, body: Uint8Array<ArrayBuffer> | ReadableStream) =>
    bench.invoke(path, { method: 'POST', body, duplex: 'half' } as RequestInit);

  test('large ones arrive whole, with a length or chunked', async () => {
    const large = new Uint8Array(20 * 1_048_576);
    expect(await (await upload('probe/upload', large)).json()).toEqual({ bytes: large.length });
    const chunked = new Blob([large]).stream();
    expect(await (await upload('probe/upload', chunked)).json()).toEqual({ bytes: large.length });
  });

  test('they are streamed: an answer begins before the request has ended', async () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const pending = upload('probe/mirror', readable);
    await writer.write(Buffer.from('first'));
    const reader = ((await pending).body as ReadableStream<Uint8Array>).getReader();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('first');
    await writer.write(Buffer.from('second'));
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('second');
    await writer.close();
    expect((await reader.read()).done).toBe(true);
  });

  test('an answer that comes before the body has ended reaches the client', async () => {
    const response = await upload('probe/early', new Uint8Array(20 * 1_048_576));
    expect(response.status).toBe(413);
    expect(await response.text()).toBe('enough');
  });

  test('HEAD has none', async () => {
    const response = await bench.invoke('probe', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(10);
    expect(await response.text()).toBe('');
  });
});

describe('what goes wrong', () => {
  test('an unknown function is 404, asynchronous invocation 501, as problem documents', async () => {
    const unknown = await bench.invoke('nobody/x?y');
    expect(unknown.status).toBe(404);
    expect(unknown.headers.get('content-type')).toBe('application/problem+json');
    expect(await unknown.json()).toMatchObject({
      code: 'not_found',
      instance: '/function/nobody/x',
    });
    const later = await fetch(`${bench.url}/async-function/probe`, { method: 'POST' });
    expect(later.status).toBe(501);
  });

  test('clients that leave in the middle of an answer neither stop the proxy nor the stream', async () => {
    const leaving = Array.from({ length: 20 }, async () => {
      const controller = new AbortController();
      const response = await bench.invoke('probe/endless', { signal: controller.signal });
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      await reader.read();
      controller.abort();
      await expect(reader.read()).rejects.toThrow();
    });
    await Promise.all(leaving);
    await until(async () => {
      const { streamClosed } = (await (await bench.invoke('probe/endless-closed')).json()) as {
        streamClosed: boolean;
      };
      return streamClosed;
    });
    expect((await bench.invoke('probe')).status).toBe(200);
  });

  test('a client that leaves in the middle of its request does no harm', async () => {
    const { hostname, port } = new URL(bench.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      'POST /function/probe/upload HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nhalf',
    );
    await once(socket, 'connect');
    socket.destroy();
    expect((await bench.invoke('probe')).status).toBe(200);
  });

  test('a function that breaks off is 502, and is restarted', async () => {
    await bench.deploy('crashing');
    const { pid } = await bench.echo('crashing');
    expect((await bench.invoke('crashing/exit', { method: 'POST' })).status).toBe(502);
    await until(async () => (await bench.invoke('crashing')).status === 200);
    expect((await bench.echo('crashing')).pid).not.toBe(pid);
  });

  test("a function's own time-out is what the client is told", async () => {
    await bench.deploy('stuck', { envVars: { exec_timeout: '200ms' } });
    const response = await bench.invoke('stuck/never');
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ code: 'timeout', instance: '/never' });
  });
});

test('metrics have the names of the gateway', async () => {
  await bench.invoke('probe');
  const metrics = await (await fetch(`${bench.url}/metrics`)).text();
  const labels = String.raw`function_name="probe\.openfaas-fn"`;
  expect(metrics).toMatch(
    new RegExp(`gateway_function_invocation_total\\{${labels},code="200"\\} \\d`),
  );
  expect(metrics).toMatch(new RegExp(`gateway_functions_seconds_count\\{${labels},code="200"\\}`));
  expect(metrics).toMatch(new RegExp(`gateway_function_invocation_started\\{${labels}\\} \\d`));
  expect(metrics).toMatch(new RegExp(`gateway_service_count\\{${labels}\\} 1`));
});
