import { expect, test } from '@jest/globals';
import { readExternals } from '../../bringup/external.ts';

test.each([
  ['127.0.0.1:8080', ['127.0.0.1:8080']],
  ['a:1, http://b.example:2/ ,[::1]:3,', ['a:1', 'b.example:2', '[::1]:3']],
])('GATEWAY_UPSTREAMS=%s', (text, gateways) => {
  expect(readExternals({ GATEWAY_UPSTREAMS: text }).GATEWAY_UPSTREAMS).toEqual(gateways);
});

test('empty is absent', () => {
  expect(readExternals({ GATEWAY_UPSTREAMS: '' }).GATEWAY_UPSTREAMS).toBeUndefined();
});

test.each([',', 'a', 'a:x', 'a:1;b', 'https://a:1', 'a:1/path', 'a:1 backup'])(
  'GATEWAY_UPSTREAMS=%s is refused by name',
  (text) => {
    expect(() => readExternals({ GATEWAY_UPSTREAMS: text })).toThrow('GATEWAY_UPSTREAMS');
  },
);
