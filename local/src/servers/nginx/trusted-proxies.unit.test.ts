import { expect, test } from '@jest/globals';
import { TrustedProxies } from './trusted-proxies.ts';

test('addresses and ranges, with or without spaces', () => {
  const list = TrustedProxies.parse('10.0.0.0/8, 192.168.1.7,,fd00::/8');
  expect(list).toEqual(['10.0.0.0/8', '192.168.1.7', 'fd00::/8']);
});

test.each(['', ',', 'all', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.1; return 200', 'fd00::/129'])(
  '“%s” is no list of proxies',
  (text) => {
    expect(TrustedProxies.safeParse(text).success).toBe(false);
  },
);
