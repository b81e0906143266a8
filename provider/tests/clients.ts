import type { ProviderBench } from './running-provider.ts';

/** One request of a client. */
export type Request = readonly [path: string, init?: RequestInit];

/**
 * Clients that each send their request again and again while something is done.
 * @returns the answers that were none: a status other than 200, or a broken connection.
 */
export async function underLoad(
  bench: ProviderBench,
  requests: readonly Request[],
  action: () => Promise<void>,
): Promise<{ failures: unknown[]; answered: number }> {
  const failures: unknown[] = [];
  let answered = 0;
  let going = true;
  const client = async ([path, init]: Request) => {
    while (going) {
      try {
        const response = await bench.invoke(path, init);
        await response.arrayBuffer();
        if (response.status === 200) answered += 1;
        else failures.push(`${init?.method ?? 'GET'} ${path}: ${response.status}`);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  const clients = requests.map(client);
  try {
    await action();
  } finally {
    going = false;
    await Promise.all(clients);
  }
  return { failures, answered };
}
