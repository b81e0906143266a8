import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Servers = z.object({
  mysql: z.object({ url: z.string() }),
  kafka: z.object({ brokers: z.string() }),
  rabbitmq: z.object({ url: z.string(), management: z.string() }),
});

/** The real servers that integration tests run against, as the file TEST_SERVERS tells. */
export function testServers(): z.infer<typeof Servers> {
  return Servers.parse(readJson('TEST_SERVERS'));
}

/** The JSON in the file that an environment variable names. */
export function readJson(variable: string): unknown {
  const file = process.env[variable];
  if (!file) throw new Error(`${variable} is not set: run these tests by npm test`);
  return JSON.parse(readFileSync(file, 'utf8'));
}
