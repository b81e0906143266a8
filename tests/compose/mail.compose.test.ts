import { beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@movie-rental/testkit';
import { send } from '../e2e/support/http.ts';
import { addMovie } from '../e2e/support/movies.ts';
import { newCustomer, signInAdmin } from '../e2e/support/people.ts';
import { rent } from '../e2e/support/rentals.ts';
import { mailsTo, textOf } from './support/mails.ts';
import { bringUpWithGateways, START_MS } from './support/system.ts';

const PATIENCE = { timeoutMs: 60_000 };

beforeAll(bringUpWithGateways, START_MS);

test('a customer who rents gets a mail, and one more when the movie is removed', async () => {
  const admin = await signInAdmin();
  const customer = await newCustomer();
  const movie = await addMovie(admin, { name: 'The Thing from Another World' });
  await rent(customer, movie);
  const address = `${customer.username}@example.com`;
  const [confirmation] = await eventually(async () => {
    const mails = await mailsTo(address);
    return mails.length === 1 && mails;
  }, PATIENCE);
  expect(confirmation?.To).toEqual([expect.objectContaining({ Address: address })]);
  expect(confirmation?.Subject).toContain(movie.name);
  expect(confirmation && (await textOf(confirmation))).toContain(movie.name);

  await send('DELETE', `/api/movies/${movie.id}`, { token: admin.token });
  const [cancellation] = await eventually(async () => {
    const mails = await mailsTo(address);
    return mails.length === 2 && mails;
  }, PATIENCE);
  expect(cancellation?.Subject).not.toBe(confirmation?.Subject);
}, 150_000);
