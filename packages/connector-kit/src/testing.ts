import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a real server that a test can break. */
export interface Gate {
  /** The server's URL, by way of the gate. */
  url: string;
  /** How many connections are open through it. */
  connections(): number;
  /** Lets connections through again; a new gate is open. */
  open(): Promise<void>;
  /** Cuts every connection and refuses new ones. */
  close(): Promise<void>;
  /** Loses all that the server answers, while everything that is sent still reaches it. */
  swallowAnswers(swallow: boolean): void;
}

/** Puts a gate before the server that a URL leads to. */
export async function openGate(serverUrl: string): Promise<Gate> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let swallowing = false;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    sockets.add(client);
    client.pipe(upstream);
    upstream.on('data', (bytes) => swallowing || client.write(bytes));
    const end = () => {
      sockets.delete(client);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', resolve);
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const url = new URL(serverUrl);
  url.host = `127.0.0.1:${port}`;
  return {
    url: url.href,
    connections: () => sockets.size,
    open: () => listen(port),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
    swallowAnswers: (swallow) => {
      swallowing = swallow;
    },
  };
}

export { freePort, type HealthClient, healthClient } from './health-client.ts';
export { type ConnectorProcess, startConnector } from './start-connector.ts';
