import { beforeAll, expect, test } from '@jest/globals';
import type { DeadLetterSummary } from '@movie-rental/mysql/dead-letters';
import { eventually } from '@movie-rental/testkit';
import { command } from './support/commands.ts';
import { withTestedDatabase } from './support/database.ts';
import { addMovie } from './support/movies.ts';
import { newCustomer, type Person, signInAdmin } from './support/people.ts';
import { rent } from './support/rentals.ts';

let admin: Person;
beforeAll(async () => {
  admin = await signInAdmin();
});

const setAddress = ({ username }: Person, email: string) =>
  withTestedDatabase((database) =>
    database.run('UPDATE users SET email = ? WHERE username = ?', [email, username]),
  );

interface Letter extends DeadLetterSummary {
  payload: string;
}

async function letters(): Promise<DeadLetterSummary[]> {
  const { stdout } = await command('dlq', 'list', '--json');
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as DeadLetterSummary);
}

/** A notification that could not be sent: its customer's address is invalid. */
async function deadLetter(): Promise<{ customer: Person; letter: Letter }> {
  const customer = await newCustomer();
  await setAddress(customer, 'no address at all');
  const { id } = await rent(customer, await addMovie(admin));
  const found = await eventually(async () =>
    (await letters()).find((one) => one.subject === String(id)),
  );
  const { stdout } = await command('dlq', 'show', String(found.id), '--json');
  return { customer, letter: JSON.parse(stdout) as Letter };
}

const mailOf = (letter: Letter) =>
  withTestedDatabase((database) =>
    database.first<{ state: string; recipient: string }>(
      'SELECT state, recipient FROM mail WHERE message_id = ?',
      [letter.event_id],
    ),
  );

test('a mail that failed is sent once its cause is fixed and its event is redriven', async () => {
  const { customer, letter } = await deadLetter();
  expect(JSON.parse(letter.payload)).toMatchObject({ username: customer.username });
  const id = String(letter.id);
  const table = await command('dlq', 'list');
  expect(table.stdout).toMatch(
    new RegExp(`^${id} .* rabbit-notifier +rental.confirmed .* 422`, 'm'),
  );
  expect((await command('dlq', 'show', id)).stdout).toMatch(/^redrive +possible$/m);
  expect(await mailOf(letter)).toMatchObject({ state: 'FAILED' });

  await setAddress(customer, 'fixed@example.com');
  const redriven = await command('dlq', 'redrive', id);
  expect(redriven).toMatchObject({ code: 0, stderr: '' });
  expect(redriven.stdout).toContain(`${id} is back in the outbox: rental.confirmed`);
  await eventually(async () => (await mailOf(letter))?.state === 'SENT');
  expect(await mailOf(letter)).toMatchObject({ recipient: 'fixed@example.com' });
  expect((await command('dlq', 'show', id)).code).toBe(1);
});

test('a dead letter that is dropped is gone', async () => {
  const { letter } = await deadLetter();
  const id = String(letter.id);
  expect(await command('dlq', 'drop', id)).toMatchObject({ code: 0, stdout: `${id} is dropped\n` });
  expect(await command('dlq', 'drop', id)).toMatchObject({
    code: 1,
    stderr: `There is no dead letter ${id}.\n`,
  });
});
