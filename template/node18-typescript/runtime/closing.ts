import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Makes a server end as soon as its last answer is out. Node alone waits for two sorts of
 * connections: one that is kept alive after that answer, and one that was opened and never used,
 * which it does not count among the idle ones.
 * @returns what closes the server, and resolves when all requests in flight were answered.
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
