import { expect, test } from '@jest/globals';
import { composeEnvironment, withoutCompose } from './compose-environment.ts';

test('what steers Compose for the user does not steer it for the tests', () => {
  const env = { COMPOSE_FILE: 'other.yml', COMPOSE_PROFILES: 'all', HOME: '/home/me' };
  expect(withoutCompose(env)).toEqual({ HOME: '/home/me' });
});

test('each port is another one, none of them the usual one', async () => {
  const { NGINX_PORT, GATEWAY_PORT, MAILPIT_PORT } = await composeEnvironment();
  const ports = [NGINX_PORT, GATEWAY_PORT, MAILPIT_PORT].map(Number);
  expect(new Set(ports).size).toBe(3);
  for (const usual of [8000, 8080, 8025]) expect(ports).not.toContain(usual);
});
