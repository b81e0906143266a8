import { fileURLToPath } from 'node:url';
import { migrate } from '@movie-rental/mysql';
import { loadConfig } from '@movie-rental/runtime/config';
import { z } from 'zod';
import { runJob } from '../src/run-job.ts';

const Config = z.object({
  MYSQL_URL: z.url({ protocol: /^mysql$/ }),
  MIGRATIONS_DIR: z.string().default(fileURLToPath(new URL('./migrations', import.meta.url))),
});

await runJob(async () => {
  const { MYSQL_URL, MIGRATIONS_DIR } = loadConfig(Config, ['MYSQL_URL']);
  const applied = await migrate(MYSQL_URL, MIGRATIONS_DIR);
  return applied.length === 0 ? 'The schema is up to date.' : `Applied: ${applied.join(', ')}`;
});
