import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Movie, Rental, TokenPair } from '@movie-rental/contracts';
import type { Database } from '@movie-rental/mysql';
import { readFilms } from './films.ts';
import type { Report } from './report.ts';
import { type Shop, TourFailed } from './shop.ts';

const FILMS = 50;
const PATIENCE_MS = 20_000;

const MAIL = `SELECT subject, occurred_at, published_at, received_at, sent_at
  FROM mail WHERE username = ? AND request_id = ? AND state = 'SENT'`;

type Mail = { readonly subject: string } & Record<
  'occurred_at' | 'published_at' | 'received_at' | 'sent_at',
  Date
>;
type Account = { readonly username: string; readonly password: string };
type Customer = { readonly username: string; readonly token: string };
type Tour = { readonly shop: Shop; readonly database: Database; readonly report: Report };

/** Shows what the system is for, by its public API; throws TourFailed if a step does not happen. */
export async function takeTour(tour: Tour, admin: Account): Promise<void> {
  const { report } = tour;
  report.heading('A shop is stocked');
  const adminToken = await signIn(tour, admin, 'signing in as the administrator');
  const work = () => stock(tour.shop, adminToken);
  const { movie } = await report.step('adding films', work, ({ summary }) => summary);
  report.heading('A customer rents a film');
  const customer = await register(tour);
  const rental = await rent(tour, customer, movie);
  report.heading('The film is withdrawn');
  await withdraw(tour, adminToken, rental, customer);
}

async function signIn({ shop, report }: Tour, { username, password }: Account, doing: string) {
  const content = { body: { username, password } };
  const work = () => shop<TokenPair>('auth-login', 'POST /api/auth/login', 200, content);
  return (await report.step(doing, work, `${username} signed in`)).access_token;
}

async function register(tour: Tour): Promise<Customer> {
  const username = `customer-${randomBytes(4).toString('hex')}`;
  const account = { username, password: randomBytes(12).toString('base64url') };
  const content = { body: { ...account, email: `${username}@example.com` } };
  const work = () => tour.shop('auth-register', 'POST /api/auth/register', 201, content);
  await tour.report.step('registering a customer', work, `${username} registered`);
  return { username, token: await signIn(tour, account, 'signing in') };
}

async function rent(tour: Tour, { username, token }: Customer, { id, name }: Movie) {
  const content = { body: { movie_id: id }, token, requestId: randomUUID() };
  const work = () => tour.shop<Rental>('rental-crud', 'POST /api/rentals', 201, content);
  const done = (made: Rental) => `rental ${made.id}: “${name}” is ${made.status}`;
  const rental = await tour.report.step('renting', work, done);
  await showMail(tour, username, content.requestId);
  return rental;
}

async function withdraw(
  tour: Tour,
  adminToken: string,
  rental: Rental,
  { username, token }: Customer,
) {
  const { shop, report } = tour;
  const { id, movie_id, movie } = rental;
  const content = { token: adminToken, requestId: randomUUID() };
  const remove = () => shop('movie-crud', `DELETE /api/movies/${movie_id}`, 204, content);
  await report.step('removing the film', remove, `“${movie.name}” removed`);
  const look = async () => {
    const now = await shop<Rental>('rental-crud', `GET /api/rentals/${id}`, 200, { token });
    return now.status === 'CANCELLED' || undefined;
  };
  const wait = () => until(`Rental ${id} did not read CANCELLED`, 'kafka-bridge', look);
  const done = `rental ${id} reads CANCELLED, by way of Kafka`;
  await report.step('waiting for the cancellation', wait, done);
  await showMail(tour, username, content.requestId);
}

async function showMail({ database, report }: Tour, username: string, requestId: string) {
  const look = () => database.first<Mail>(MAIL, [username, requestId]);
  const wait = () => until(`No mail was sent to ${username}`, 'rabbit-notifier', look);
  const mail = await report.step('waiting for the mail', wait, `mail to ${username}@example.com`);
  const { subject, occurred_at, published_at, received_at, sent_at } = mail;
  report.note(`“${subject}”`);
  report.hop('committed to the outbox → published to RabbitMQ', +published_at - +occurred_at);
  report.hop('published → received by rabbit-notifier', +received_at - +published_at);
  report.hop('received → sent by the function send-email', +sent_at - +received_at);
}

/** Adds films of a real catalogue that are not there yet: the first 50, or else the next one. */
async function stock(shop: Shop, token: string) {
  const added: Movie[] = [];
  let tried = 0;
  for (const body of await readFilms(Number.POSITIVE_INFINITY)) {
    if (tried >= FILMS && added.length > 0) break;
    tried += 1;
    const adding = shop<Movie>('movie-crud', 'POST /api/movies', 201, { body, token });
    const movie = await adding.catch((error: TourFailed) => {
      if (error.cause?.code === 'external_id_taken') return undefined;
      throw error;
    });
    if (movie !== undefined) added.push(movie);
  }
  const [movie] = added;
  if (movie === undefined)
    throw new TourFailed('All films were there already', 'npm run logs -- movie-crud');
  const films = added.length === 1 ? 'film' : 'films';
  const summary = `${added.length} ${films} added, ${tried - added.length} were there already`;
  return { movie, summary };
}

/** Asks repeatedly until there is an answer. */
async function until<T>(what: string, part: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(10)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new TourFailed(`${what} within ${PATIENCE_MS / 1000} s`, `npm run logs -- ${part}`);
}
