import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { eventually } from '@movie-rental/testkit';

/** What a test asks a connector's health server. */
export interface HealthClient {
  /** @throws where nothing answers. */
  get(path: string): Promise<{ status: number; text: string }>;
  status(path: string): Promise<number>;
  /** The value of `name` or `name{label="value"}`, as /metrics writes it; undefined without one. */
  metric(series: string): Promise<number | undefined>;
  /** Waits until it is ready. */
  isReady(patience?: { timeoutMs: number }): Promise<unknown>;
  /** Waits until it is not ready, for such a reason. */
  saysWhyNot(reason: RegExp): Promise<unknown>;
  /** Waits until a metric has a value; undefined: until there is none. */
  metricIs(series: string, wanted: number | undefined): Promise<unknown>;
}

export function healthClient(port: number): HealthClient {
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: response.status, text: await response.text() };
  };
  const status = async (path: string) => (await get(path)).status;
  const metric = async (series: string) => {
    const { text } = await get('/metrics');
    const line = text.split('\n').find((one) => one.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length));
  };
  return {
    get,
    status,
    metric,
    isReady: (patience) => eventually(async () => (await status('/readyz')) === 200, patience),
    saysWhyNot: (reason) =>
      eventually(async () => {
        const answer = await get('/readyz');
        return answer.status === 503 && reason.test(answer.text);
      }),
    metricIs: (series, wanted) => eventually(async () => (await metric(series)) === wanted),
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
