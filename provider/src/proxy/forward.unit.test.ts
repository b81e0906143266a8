import type { IncomingMessage } from 'node:http';
import { expect, test } from '@jest/globals';
import { callHeaders, requestHeaders, responseHeaders } from './forward.ts';

const call = { 'X-Call-Id': 'id', 'X-Start-Time': '1' };

function incoming(...rawHeaders: string[]): IncomingMessage {
  const pairs = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1]]] : [],
  );
  const headers = Object.fromEntries(pairs);
  return { rawHeaders, headers, socket: { remoteAddress: '10.0.0.1' } } as IncomingMessage;
}

test('what concerns one connection stays behind, the rest keeps its order and spelling', () => {
  const request = incoming(
    ...['Host', 'shop', 'Connection', 'Keep-Alive, X-Mine', 'x-mine', '1', 'Keep-Alive', '5'],
    ...['Transfer-Encoding', 'chunked', 'Upgrade', 'h2c', 'Expect', '100-continue'],
    ...['Proxy-Authorization', 'x', 'Accept', 'a', 'Cookie', 'b', 'ACCEPT', 'c'],
    ...['X-Call-Id', 'forged', 'X-Start-Time', '0'],
  );
  expect(requestHeaders(request, call)).toEqual([
    ...['Accept', 'a', 'Cookie', 'b', 'ACCEPT', 'c'],
    ...['X-Call-Id', 'id', 'X-Start-Time', '1'],
    ...['X-Forwarded-For', '10.0.0.1', 'X-Forwarded-Host', 'shop'],
  ]);
});

test('who forwarded before is remembered', () => {
  const request = incoming('X-Forwarded-For', '9.9.9.9', 'X-Forwarded-Host', 'edge', 'Host', 'me');
  expect(requestHeaders(request, call).slice(-4)).toEqual([
    ...['X-Forwarded-For', '9.9.9.9, 10.0.0.1', 'X-Forwarded-Host', 'edge'],
  ]);
});

test('an answer keeps its repeated headers and gets the call', () => {
  const headers = {
    'set-cookie': ['a=1', 'b=2'],
    connection: 'close, x-hop',
    'x-hop': '1',
    'keep-alive': 'timeout=5',
    'x-call-id': 'of the function',
    etag: '"1"',
  };
  expect(responseHeaders(headers, call)).toEqual({
    'set-cookie': ['a=1', 'b=2'],
    etag: '"1"',
    'x-call-id': 'id',
    'x-start-time': '1',
  });
});

test('a call gets a new id unless one came in', () => {
  expect(callHeaders({ 'x-call-id': 'mine' })['X-Call-Id']).toBe('mine');
  expect(callHeaders({})['X-Call-Id']).not.toBe(callHeaders({})['X-Call-Id']);
});
