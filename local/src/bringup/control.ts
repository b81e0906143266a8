import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { openSocketFolder, SOCKET } from '../instance/control.ts';
import type { Instance } from '../instance/instance.ts';
import { PART_ACTIONS, type Supervisor } from '../process/supervisor.ts';

/** A client that does not finish its request is dropped after this. */
const LIMITS = {
  headersTimeout: 5000,
  requestTimeout: 5000,
  connectionsCheckingInterval: 1000,
  maxHeaderSize: 4096,
};

type Answer = { readonly status: number; readonly body: unknown };

/**
 * Lets the owner of this instance's folder control its supervisor: HTTP over a Unix-domain socket.
 * `GET /state`, `POST /stop`, `POST /parts/NAME/stop|start|restart`; any answer but 200 is `{error}`.
 *
 * @param token every request carries it as a bearer token
 * @param stop begins to stop everything
 * @returns closes the socket
 * @throws Error if there can be no socket in the instance's folder
 */
export async function serveControl(
  instance: Instance,
  token: string,
  supervisor: Supervisor,
  stop: () => void,
): Promise<{ close(): Promise<void> }> {
  const expected = digest(`Bearer ${token}`);
  const server = createServer(LIMITS, (request, response) => {
    const send = ({ status, body }: Answer) => {
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
      response.end(JSON.stringify(body));
    };
    const isAllowed = timingSafeEqual(digest(request.headers.authorization ?? ''), expected);
    if (!isAllowed) return send({ status: 401, body: { error: 'wrong token' } });
    void answer(`${request.method} ${request.url}`, supervisor, stop).then(send);
  });
  const folder = openSocketFolder(instance);
  const file = join(instance.folder, SOCKET);
  try {
    await rm(file, { force: true });
    await once(server.listen(folder.path), 'listening');
    await chmod(file, 0o600);
  } catch (error) {
    folder.close();
    throw error;
  }
  const close = async () => {
    const closed = once(server.close(), 'close');
    server.closeAllConnections();
    await closed;
    folder.close();
  };
  return { close };
}

/** Equally long texts can be compared in constant time. */
const digest = (text: string) => createHash('sha256').update(text).digest();

/** Never rejects. */
async function answer(what: string, supervisor: Supervisor, stop: () => void): Promise<Answer> {
  const parts = supervisor.parts();
  if (what === 'GET /state') return { status: 200, body: { pid: process.pid, parts } };
  if (what === 'POST /stop') {
    stop();
    return { status: 200, body: {} };
  }
  const [, name = '', verb] = /^POST \/parts\/([^/]+)\/(\w+)$/.exec(what) ?? [];
  const action = PART_ACTIONS.find((candidate) => candidate === verb);
  if (action === undefined) return { status: 404, body: { error: `There is no ${what}` } };
  const isThere = parts.some((part) => part.name === name);
  return supervisor.control(action, name).then(
    (body) => ({ status: 200, body }),
    ({ message }: Error) => ({ status: isThere ? 409 : 404, body: { error: message } }),
  );
}
