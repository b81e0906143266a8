import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/**
 * Ports of 127.0.0.1 that nothing listens at. Another process may take one before it is used; the
 * replica then fails to start and is started again with others.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
