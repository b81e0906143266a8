import { RegisterBody } from '@movie-rental/contracts';
import { loadConfig } from '@movie-rental/runtime/config';
import { z } from 'zod';
import { ensureAdministrator } from '../src/administrator/first-administrator.ts';
import { withConfiguredDatabase } from '../src/operation/configured-database.ts';
import { runJob } from '../src/run-job.ts';

const Config = z.object({
  ADMINISTRATOR: RegisterBody.shape.username.default('admin'),
  /** Of the account as it is made; it is not changed later. */
  ADMINISTRATOR_PASSWORD: RegisterBody.shape.password,
});

await runJob(async () => {
  const { ADMINISTRATOR, ADMINISTRATOR_PASSWORD } = loadConfig(Config, ['ADMINISTRATOR_PASSWORD']);
  const account = { username: ADMINISTRATOR, password: ADMINISTRATOR_PASSWORD };
  const isNew = await withConfiguredDatabase((database) => ensureAdministrator(database, account));
  return isNew ? `Made: the administrator ${ADMINISTRATOR}` : 'The shop has an administrator.';
});
