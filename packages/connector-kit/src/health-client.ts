import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** What a test asks a connector's health server. */
export interface HealthClient {
  /** @throws where nothing answers. */
  get(path: string): Promise<{ status: number; text: string }>;
  status(path: string): Promise<number>;
  /** The value of `name` or `name{label="value"}`, as /metrics writes it; undefined without one. */
  metric(series: string): Promise<number | undefined>;
}

export function healthClient(port: number): HealthClient {
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: response.status, text: await response.text() };
  };
  return {
    get,
    status: async (path) => (await get(path)).status,
    metric: async (series) => {
      const { text } = await get('/metrics');
      const line = text.split('\n').find((one) => one.startsWith(`${series} `));
      return line === undefined ? undefined : Number(line.slice(series.length));
    },
  };
}

/** A port that nothing listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
