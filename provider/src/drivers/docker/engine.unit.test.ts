import { expect, test } from '@jest/globals';
import { parseEngineAddress } from './engine.ts';

test('a Unix socket, and a host with its port', () => {
  expect(parseEngineAddress('unix:///var/run/docker.sock')).toEqual({
    origin: 'http://docker',
    socketPath: '/var/run/docker.sock',
  });
  expect(parseEngineAddress('tcp://proxy:2375')).toEqual({ origin: 'http://proxy:2375' });
  expect(parseEngineAddress('tcp://[::1]:2375')).toEqual({ origin: 'http://[::1]:2375' });
});

test.each([
  '',
  '/var/run/docker.sock',
  'unix://',
  'unix://run/docker.sock',
  'tcp://proxy',
  'ssh://host',
])('"%s" is no address', (text) => {
  expect(() => parseEngineAddress(text)).toThrow(/unix:\/\/\/path/);
});
