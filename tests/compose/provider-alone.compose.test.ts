import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually, testStack } from '@movie-rental/testkit';
import { send } from '../e2e/support/http.ts';
import { addMovie } from '../e2e/support/movies.ts';
import { newCustomer, signInAdmin } from '../e2e/support/people.ts';
import { rent } from '../e2e/support/rentals.ts';
import { remains, replicas } from './support/compose-project.ts';
import { scale, statusOf, system } from './support/gateway.ts';
import { mailsTo } from './support/mails.ts';
import { bringUp, START_MS, withGateways, withoutGateways } from './support/system.ts';

const PATIENCE = { timeoutMs: 120_000 };

beforeAll(async () => {
  await withGateways.down();
  expect(await remains()).toEqual([]);
  await bringUp(withoutGateways, 'provider');
}, START_MS);
afterAll(() => withoutGateways.down(), START_MS);

test('no gateway and no Prometheus runs', async () => {
  const names = (await withoutGateways.services()).map(({ Service }) => Service);
  expect(names).toContain('provider');
  for (const name of ['gateway-1', 'gateway-2', 'prometheus']) expect(names).not.toContain(name);
});

test('a movie is rented, its customer gets a mail', async () => {
  const customer = await newCustomer();
  const movie = await addMovie(await signInAdmin());
  await rent(customer, movie);
  const address = `${customer.username}@example.com`;
  await eventually(async () => (await mailsTo(address)).length === 1, PATIENCE);
}, 150_000);

test('the provider answers faas-cli at the gateway’s port, and scales', async () => {
  const { url } = testStack().gateway;
  expect((await fetch(`${url}/system/functions`)).status).toBe(401);
  expect((await system('GET', 'info')).status).toBe(200);
  await scale('movie-crud', 2);
  await eventually(async () => (await statusOf('movie-crud'))?.availableReplicas === 2, PATIENCE);
  expect(await replicas('movie-crud')).toHaveLength(2);
  expect((await send('GET', '/api/movies')).status).toBe(200);
}, 150_000);

test(
  'after its end nothing is left of it',
  async () => {
    await withoutGateways.down();
    expect(await remains()).toEqual([]);
  },
  START_MS,
);
