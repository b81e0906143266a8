import { randomBytes } from 'node:crypto';
import { testServers } from './servers.ts';

export interface TestVhost {
  url: string;
  drop(): Promise<void>;
}

/** A virtual host of the test's own on the real broker, so that fixed queue names do not collide. */
export async function testVhost(): Promise<TestVhost> {
  const name = `test-${randomBytes(6).toString('hex')}`;
  const url = new URL(testServers().rabbitmq.url);
  const user = encodeURIComponent(decodeURIComponent(url.username));
  await manage('PUT', `vhosts/${name}`);
  await manage('PUT', `permissions/${name}/${user}`, { configure: '.*', write: '.*', read: '.*' });
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => manage('DELETE', `vhosts/${name}`) };
}

async function manage(method: string, path: string, body?: object): Promise<void> {
  const { url, management } = testServers().rabbitmq;
  const { username, password } = new URL(url);
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const response = await fetch(`${management}/api/${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
      'content-type': 'application/json',
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}`);
}
