import { loadConfig } from '@movie-rental/config';
import { z } from 'zod';
import { ensureAdministrator } from '../src/administrator/first-administrator.ts';
import { runJob } from '../src/run-job.ts';

const Config = z.object({
  /** Where users register: the edge's `/api/auth/register`, or the function at a gateway. */
  REGISTER_URL: z.url({ protocol: /^https?$/ }),
  MYSQL_URL: z.url({ protocol: /^mysql$/ }),
  ADMINISTRATOR: z.string().default('admin'),
  /** Of the first registration; it is not changed later. */
  ADMINISTRATOR_PASSWORD: z.string(),
});

await runJob(async () => {
  const config = loadConfig(Config, ['MYSQL_URL', 'ADMINISTRATOR_PASSWORD']);
  const account = { username: config.ADMINISTRATOR, password: config.ADMINISTRATOR_PASSWORD };
  await ensureAdministrator(account, config.REGISTER_URL, config.MYSQL_URL);
  return 'The shop has an administrator.';
});
