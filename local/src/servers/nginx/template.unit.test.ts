import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../../paths.ts';
import { renderNginx } from './template.ts';

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

test('a name that nobody gives is an error', () => {
  expect(() => renderNginx(`\${NO_SUCH}`, settings)).toThrow('NO_SUCH');
});

test('this project’s own template has nothing unknown in it', async () => {
  const template = await readFile(join(ROOT, 'nginx', 'nginx.conf.template'), 'utf8');
  expect(renderNginx(template, settings)).not.toMatch(/\$\{/);
});
