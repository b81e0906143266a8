import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import { eventually } from '@movie-rental/testkit';
import { send } from '../e2e/support/http.ts';
import { addMovie } from '../e2e/support/movies.ts';
import { newCustomer, type Person, signInAdmin } from '../e2e/support/people.ts';
import { rent } from '../e2e/support/rentals.ts';
import { replicas } from './support/compose-project.ts';
import { docker } from './support/docker.ts';
import { statusOf } from './support/gateway.ts';
import { bringUpWithGateways, START_MS, withGateways } from './support/system.ts';
import { traffic } from './support/traffic.ts';

const PATIENCE = { timeoutMs: 120_000 };
const PROVIDER = 'movie-rental-provider-1';
const FUNCTIONS = ['auth-login', 'auth-register', 'movie-crud', 'rental-crud', 'send-email'];

let admin: Person;
beforeAll(async () => {
  await bringUpWithGateways();
  admin = await signInAdmin();
}, START_MS);

const read = () => send('GET', '/api/rentals', { token: admin.token });
const answers = () => eventually(async () => (await read()).status === 200, PATIENCE);
const ids = async () => Object.fromEntries(await Promise.all(FUNCTIONS.map(replicaIds)));
const replicaIds = async (name: string) => [name, await replicas(name)] as const;

beforeEach(async () => {
  await answers();
}, 150_000);

test.each([
  ['is restarted', ['restart']],
  // Compose's own `kill` would take what the provider has made as well.
  ['is killed', ['kill', 'start']],
])(
  'functions outlive a provider that %s',
  async (_how, commands) => {
    const before = await ids();
    for (const command of commands) await docker([command, PROVIDER]);
    await answers();
    expect(await ids()).toEqual(before);
    await rent(await newCustomer(), await addMovie(admin));
  },
  300_000,
);

test('a replica that is killed is replaced', async () => {
  const [killed = ''] = await replicas('rental-crud');
  await docker(['kill', killed]);
  await eventually(async () => {
    const [replica] = await replicas('rental-crud');
    return replica !== undefined && (await statusOf('rental-crud'))?.availableReplicas === 1;
  }, PATIENCE);
  await answers();
}, 300_000);

test('while one gateway is stopped and started again, nothing that is read fails', async () => {
  const requests = [traffic(read), traffic(read)];
  await withGateways.compose('stop', 'gateway-1');
  await Promise.all(Array.from({ length: 50 }, read));
  await withGateways.compose('up', '--wait', '--no-deps', 'gateway-1');
  await Promise.all(Array.from({ length: 50 }, read));
  for (const each of requests) expect(await each.stop()).toEqual({ 200: expect.any(Number) });
}, 300_000);

test(
  'a second start, of what runs already, succeeds and loses nothing',
  async () => {
    const movie = await addMovie(admin);
    const customer = await newCustomer();
    await rent(customer, movie);
    const requests = traffic(read);
    await withGateways.up();
    expect(await requests.stop()).toEqual({ 200: expect.any(Number) });
    const reply = await send('GET', '/api/rentals', { token: customer.token });
    expect(reply.body).toMatchObject({ items: [{ movie_id: movie.id, status: 'CONFIRMED' }] });
  },
  START_MS,
);
