import { fileURLToPath } from 'node:url';
import { loadConfig } from '@movie-rental/runtime/config';
import { z } from 'zod';
import { deployStack } from '../src/openfaas/deploy-stack.ts';
import { readDeployments } from '../src/openfaas/stack.ts';
import { runJob } from '../src/run-job.ts';
import { readSecrets } from '../src/secrets/read-secrets.ts';

const Config = z.object({
  GATEWAY_URL: z.url({ protocol: /^https?$/ }),
  BASIC_AUTH_USER: z.string(),
  BASIC_AUTH_PASSWORD: z.string(),
  STACK_FILE: z.string().default(fileURLToPath(new URL('./stack.yml', import.meta.url))),
  /** A folder with a file for each secret that the functions name. */
  FUNCTION_SECRETS_DIR: z.string(),
});

await runJob(async () => {
  const config = loadConfig(Config, ['BASIC_AUTH_USER', 'BASIC_AUTH_PASSWORD']);
  const gateway = {
    url: config.GATEWAY_URL,
    username: config.BASIC_AUTH_USER,
    password: config.BASIC_AUTH_PASSWORD,
  };
  const deployments = await readDeployments(config.STACK_FILE);
  await deployStack(gateway, deployments, await readSecrets(config.FUNCTION_SECRETS_DIR));
  return `Deployed: ${deployments.map(({ service }) => service).join(', ')}`;
});
