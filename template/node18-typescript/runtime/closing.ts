import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Makes a server end as soon as its last answer is out. Node itself also waits for
 * connections that are kept alive after that answer, and for unused ones, which it does not count
 * as idle.
 * @returns a function that closes the server and resolves once all requests are answered.
 */
export function closeable(server: Server): () => Promise<void> {
  const unused = new Set<Socket>();
  const closeIdle = () => {
    if (!server.listening) server.closeIdleConnections();
  };
  server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.prependListener('request', (request, response) => {
    unused.delete(request.socket);
    response.once('close', () => setImmediate(closeIdle));
  });
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of unused) socket.destroy();
    });
}
