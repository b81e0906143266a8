import { expect, test } from '@jest/globals';
import { command } from './support/commands.ts';
import { send } from './support/http.ts';
import { ALIEN } from './support/movies.ts';
import { newCustomer, newName, type Person, signIn } from './support/people.ts';

const addsMovie = async ({ token }: Person) =>
  (await send('POST', '/api/movies', { body: ALIEN, token })).status;

test('a customer becomes an administrator, and a customer again, at the next sign-in', async () => {
  const customer = await newCustomer();
  const { username, password } = customer;
  expect(await addsMovie(customer)).toBe(403);

  const granted = await command('admin', 'grant', username.toUpperCase());
  expect(granted).toMatchObject({ code: 0, stderr: '' });
  expect(granted.stdout).toContain(`${username} is an administrator now`);
  expect(await addsMovie(customer)).toBe(403);
  expect(await addsMovie(await signIn(username, password))).toBe(201);

  const again = await command('admin', 'grant', username);
  expect(again).toMatchObject({ code: 0, stdout: `${username} is an administrator already.\n` });

  expect(await command('admin', 'revoke', username)).toMatchObject({ code: 0 });
  expect(await addsMovie(await signIn(username, password))).toBe(403);
});

test.each(['grant', 'revoke'])('%s: no user of that name', async (action) => {
  const name = newName();
  const told = await command('admin', action, name);
  expect(told).toEqual({ code: 1, stdout: '', stderr: `There is no user “${name}”.\n` });
});
