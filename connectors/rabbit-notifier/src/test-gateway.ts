import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SendEmailBody } from '@movie-rental/contracts';

export interface ReceivedCall {
  path: string | undefined;
  headers: NodeJS.Dict<string | string[]>;
  mail: SendEmailBody;
}

/** A server that stands for the gateway with send-email behind it. */
export interface TestGateway {
  url: string;
  calls: ReceivedCall[];
  /** How the calls for a recipient are answered, one after another; with 200 once these are used. */
  answer(to: string, ...statuses: (number | Promise<number>)[]): void;
  /** Takes no connections until it is opened again. */
  close(): Promise<void>;
  open(): Promise<void>;
}

export async function testGateway(): Promise<TestGateway> {
  const calls: ReceivedCall[] = [];
  const answers = new Map<string, (number | Promise<number>)[]>();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const mail = JSON.parse(body) as SendEmailBody;
    calls.push({ path: request.url, headers: request.headers, mail });
    response.writeHead((await answers.get(mail.to)?.shift()) ?? 200);
    response.end('{"detail":"as the test wants it"}');
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', resolve);
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    answer: (to, ...statuses) => answers.set(to, statuses),
    open: () => listen(port),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
