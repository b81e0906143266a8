import { parseArgs } from 'node:util';
import { loadConfig } from '@movie-rental/runtime/config';
import { z } from 'zod';
import { runJob } from '../src/run-job.ts';
import { makeSecrets } from '../src/secrets/make-secrets.ts';
import { showSecrets } from '../src/secrets/show-secrets.ts';

const Config = z.object({
  /** The folder that all others are filled from, and that no other container mounts. */
  SECRETS_DIR: z.string().default('/secrets'),
  SMTP_URL: z.string().default(''),
});

await runJob(async () => {
  const { positionals } = parseArgs({ allowPositionals: true });
  const { SECRETS_DIR, SMTP_URL } = loadConfig(Config);
  const [command, name] = positionals;
  if (command === 'show') return showSecrets(SECRETS_DIR, name);
  const made = await makeSecrets(SECRETS_DIR, SMTP_URL);
  return made.length === 0 ? 'All secrets are there.' : `Made: ${made.join(', ')}`;
});
