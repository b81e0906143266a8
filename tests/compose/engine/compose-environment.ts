import { choosePort } from '../../../local/src/instance/ports.ts';

/** What the tests' own images are called, so that no one else's are replaced. */
export const IMAGE_PREFIX = 'movie-rental-test/';

/**
 * The environment for `docker compose` and for the tests of what it runs: ports that are free, images of
 * their own, and no limit that tests from one address would meet.
 */
export async function composeEnvironment(): Promise<Record<string, string>> {
  const ports = ['NGINX_PORT', 'GATEWAY_PORT', 'MAILPIT_PORT'].map(async (name) => {
    return [name, String(await choosePort('free'))] as const;
  });
  return {
    ...Object.fromEntries(await Promise.all(ports)),
    IMAGE_PREFIX,
    IMAGE_TAG: 'latest',
    REGISTRATIONS_PER_ADDRESS: '1000000',
  };
}

/** The user's own environment without what would steer Compose. */
export function withoutCompose(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^COMPOSE_/.test(name)));
}
