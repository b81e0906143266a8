import { z } from 'zod';
import { readJson } from './servers.ts';

const Account = z.object({ username: z.string(), password: z.string() });

const Endpoints = z.object({
  url: z.string(),
  gateway: Account.extend({ url: z.string() }),
  admin: Account,
  mysql: z.object({ url: z.string() }),
  kafka: z.object({ brokers: z.string() }),
  rabbitmq: z.object({ url: z.string(), management: z.string() }),
});
export type Endpoints = z.infer<typeof Endpoints>;

/** Where the whole system under test answers, as the file TEST_STACK tells. */
export function testStack(): Endpoints {
  return Endpoints.parse(readJson('TEST_STACK'));
}
