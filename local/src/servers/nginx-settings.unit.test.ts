import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readExternals } from '../bringup/external.ts';
import { ROOT } from '../paths.ts';
import { renderNginx, TrustedProxies } from './nginx-settings.ts';

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

const settings = {
  listen: '127.0.0.1:8000',
  gateways: ['127.0.0.1:8080', 'gateway:8080'],
  trustedProxies: ['10.0.0.0/8', '192.168.7.1'],
  workers: '2',
};

test('names are filled in, Nginx’ own variables stay', () => {
  const text = `listen \${NGINX_LISTEN};\nlog $uri \${NGINX_PREFIX}/log $status;`;
  expect(renderNginx(text, settings)).toBe('listen 127.0.0.1:8000;\nlog $uri ./log $status;');
});

test('every gateway is a line of its own', () => {
  expect(renderNginx(`\${GATEWAY_SERVERS}`, settings).split('\n')).toEqual([
    'server 127.0.0.1:8080 max_fails=1 fail_timeout=2s;',
    expect.stringMatching(/^\s*server gateway:8080 max_fails=1 fail_timeout=2s;$/),
  ]);
});

test('every trusted proxy is a line of its own; with none there is nothing', () => {
  expect(renderNginx(`\${TRUSTED_PROXIES}`, settings)).toMatch(
    /^set_real_ip_from 10\.0\.0\.0\/8;\s+set_real_ip_from 192\.168\.7\.1;$/,
  );
  expect(renderNginx(`\${TRUSTED_PROXIES}`, { ...settings, trustedProxies: [] })).toBe('');
});

test('a name that no one gives is an error', () => {
  expect(() => renderNginx(`\${NO_SUCH}`, settings)).toThrow('NO_SUCH');
});

test('this project’s own template has nothing unknown in it', async () => {
  const template = await readFile(join(ROOT, 'nginx', 'nginx.conf.template'), 'utf8');
  expect(renderNginx(template, settings)).not.toMatch(/\$\{/);
});
