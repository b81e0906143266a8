import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FunctionBench } from './running-function.ts';

const bench = new FunctionBench();

beforeAll(() => bench.bundle('raw', 'stream'));
afterAll(() => bench.close());

const post = (url: string, body: Uint8Array<ArrayBuffer>) =>
  fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } });

test('raw mode hands on the bytes, whatever the type says', async () => {
  const { url } = await bench.start('raw');
  expect(await (await post(url, new Uint8Array([0, 255]))).json()).toEqual({
    isBuffer: true,
    hex: '00ff',
  });
});

test('stream mode has no limit of size', async () => {
  const { url } = await bench.start('stream');
  const response = await post(url, new Uint8Array(8 * 1_048_576));
  expect(await response.json()).toEqual({ bytes: 8 * 1_048_576 });
});

test('a handler may leave a stream in the middle and still answer', async () => {
  const { url } = await bench.start('stream');
  const response = await post(`${url}/first`, new Uint8Array(8 * 1_048_576));
  expect(await response.json()).toEqual({ left: true });
});
