import { beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@movie-rental/testkit';
import { send } from '../e2e/support/http.ts';
import { addMovie } from '../e2e/support/movies.ts';
import { signInAdmin } from '../e2e/support/people.ts';
import { replicas } from './support/compose-project.ts';
import { addressOf } from './support/docker.ts';
import { scale, statusOf } from './support/gateway.ts';
import { bringUpWithGateways, START_MS } from './support/system.ts';
import { traffic } from './support/traffic.ts';

const PATIENCE = { timeoutMs: 120_000 };
const FUNCTION = 'movie-crud';

beforeAll(bringUpWithGateways, START_MS);

/** How many requests a replica has answered, by its own count. */
async function answeredBy(container: string): Promise<number> {
  const address = await addressOf(container, 'movie-rental-functions');
  const text = await (await fetch(`http://${address}:8081/metrics`)).text();
  const counts = [...text.matchAll(/^http_requests_total\{[^}]*\} (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

async function scaledTo(count: number): Promise<string[]> {
  await scale(FUNCTION, count);
  await eventually(async () => (await statusOf(FUNCTION))?.availableReplicas === count, PATIENCE);
  return eventually(async () => {
    const ids = await replicas(FUNCTION);
    return ids.length === count && ids;
  }, PATIENCE);
}

test('a function is scaled by the gateway: its requests are spread, and fail at no time', async () => {
  const admin = await signInAdmin();
  const movie = await addMovie(admin);
  const read = () => send('GET', `/api/movies/${movie.id}`, { token: admin.token });
  const requests = traffic(read);
  const three = await scaledTo(3);
  await Promise.all(Array.from({ length: 60 }, read));
  for (const container of three) expect(await answeredBy(container)).toBeGreaterThan(5);

  expect(three).toContain((await scaledTo(1))[0]);
  const statuses = await requests.stop();
  expect(statuses).toEqual({ 200: expect.any(Number) });
}, 300_000);
