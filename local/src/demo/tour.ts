import { randomUUID } from 'node:crypto';
import { type Movie, Rental } from '@movie-rental/contracts';
import type { Database } from '@movie-rental/mysql';
import { z } from 'zod';
import { type Account, registerCustomer, signIn } from './accounts.ts';
import { type SentMail, untilMailed } from './mailbox.ts';
import type { Report } from './report.ts';
import type { Shop } from './shop.ts';
import { stockFilms } from './stock.ts';
import { until } from './until.ts';

/** What the tour goes through. */
export interface Surroundings {
  shop: Shop;
  /** The system's own database, where the simulated mailbox is. */
  database: Database;
  admin: Account;
  report: Report;
}

interface Customer {
  username: string;
  token: string;
}

/**
 * Lives through what the system is for, by its public API: films are added, a customer rents one and
 * is told by mail, the film is removed and the customer is told again.
 *
 * @throws TourFailed at the first step that does not happen.
 */
export async function takeTour(surroundings: Surroundings): Promise<void> {
  const { shop, admin, report } = surroundings;
  report.heading('A shop is stocked');
  const adminToken = await report.step(
    'signing in as the administrator',
    () => signIn(shop, admin),
    () => `${admin.username} signed in`,
  );
  const { movie } = await report.step(
    'adding films',
    () => stockFilms(shop, adminToken),
    ({ added, alreadyThere }) =>
      `${added} ${added === 1 ? 'film' : 'films'} added, ${alreadyThere} were there already`,
  );
  report.heading('A customer rents a film');
  const customer = await welcomeCustomer(surroundings);
  const rental = await rent(surroundings, customer, movie);
  report.heading('The film is withdrawn');
  await withdraw(surroundings, adminToken, customer, rental);
}

async function welcomeCustomer({ shop, report }: Surroundings): Promise<Customer> {
  const account = await report.step(
    'registering a customer',
    () => registerCustomer(shop),
    ({ username }) => `${username} registered`,
  );
  const token = await report.step(
    'signing in',
    () => signIn(shop, account),
    () => `${account.username} signed in`,
  );
  return { username: account.username, token };
}

async function rent(surroundings: Surroundings, customer: Customer, movie: Movie): Promise<Rental> {
  const { shop, report } = surroundings;
  const requestId = randomUUID();
  const rental = await report.step(
    'renting',
    () =>
      shop({
        method: 'POST',
        path: '/api/rentals',
        body: { movie_id: movie.id },
        token: customer.token,
        requestId,
        status: 201,
        schema: Rental,
      }),
    (made) => `rental ${made.id}: “${made.movie.name}” is ${made.status}`,
  );
  await showMail(surroundings, customer, requestId);
  return rental;
}

async function withdraw(
  surroundings: Surroundings,
  adminToken: string,
  customer: Customer,
  rental: Rental,
): Promise<void> {
  const { shop, report } = surroundings;
  const requestId = randomUUID();
  await report.step(
    'removing the film',
    () =>
      shop({
        method: 'DELETE',
        path: `/api/movies/${rental.movie_id}`,
        token: adminToken,
        requestId,
        status: 204,
        schema: z.undefined(),
      }),
    () => `“${rental.movie.name}” removed`,
  );
  await report.step(
    'waiting for the cancellation',
    () => untilCancelled(shop, customer, rental),
    (cancelled) => `rental ${cancelled.id} reads ${cancelled.status}, by way of Kafka`,
  );
  await showMail(surroundings, customer, requestId);
}

function untilCancelled(shop: Shop, customer: Customer, rental: Rental): Promise<Rental> {
  const unchanged = `Rental ${rental.id} did not read CANCELLED`;
  return until(unchanged, 'npm run logs -- kafka-bridge', async () => {
    const now = await shop({
      method: 'GET',
      path: `/api/rentals/${rental.id}`,
      token: customer.token,
      status: 200,
      schema: Rental,
    });
    return now.status === 'CANCELLED' ? now : undefined;
  });
}

async function showMail(
  { database, report }: Surroundings,
  customer: Customer,
  requestId: string,
): Promise<void> {
  const mail = await report.step(
    'waiting for the mail',
    () => untilMailed(database, customer.username, requestId),
    ({ recipient }) => `mail to ${recipient}`,
  );
  report.note(`“${mail.subject}”`);
  showHops(report, mail);
}

function showHops(report: Report, mail: SentMail): void {
  const { occurred_at, published_at, received_at, sent_at } = mail;
  report.hop('committed to the outbox → published to RabbitMQ', elapsed(occurred_at, published_at));
  report.hop('published → received by rabbit-notifier', elapsed(published_at, received_at));
  report.hop('received → sent by the function send-email', elapsed(received_at, sent_at));
}

function elapsed(from: Date, to: Date): number {
  return to.getTime() - from.getTime();
}
