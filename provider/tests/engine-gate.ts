import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { parseEngineAddress } from '../src/drivers/docker/engine.ts';

/** A way to the engine over TCP that can be closed: then it is as if the engine were away. */
export class EngineGate {
  readonly #sockets = new Set<Socket>();
  readonly #socketPath: string;
  readonly #server = createServer((client) => this.#pass(client));
  #port = 0;

  constructor(dockerHost: string) {
    const { socketPath } = parseEngineAddress(dockerHost);
    if (socketPath === undefined) throw new Error('The gate leads to a Unix socket alone');
    this.#socketPath = socketPath;
  }

  /** For `DOCKER_HOST`; the same each time it is opened. */
  get dockerHost(): string {
    return `tcp://127.0.0.1:${this.#port}`;
  }

  async open(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Refuses connections, and breaks those off that are there. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #pass(client: Socket): void {
    const engine = connect(this.#socketPath);
    for (const [socket, other] of [
      [client, engine],
      [engine, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }
}
