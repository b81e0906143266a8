import { functionSecrets, newSigningKey } from '@movie-rental/jobs/keys';
import type { Instance } from './instance.ts';
import { instanceSecret } from './secrets.ts';

/**
 * The secrets of an instance's functions, by name. Keys and tokens are the instance's own and stay the
 * same from start to start.
 */
export async function applicationSecrets(
  instance: Instance,
  mysqlUrl: string,
  smtpUrl = '',
): Promise<Record<string, string>> {
  return functionSecrets({
    mysqlUrl,
    smtpUrl,
    signingKey: await instanceSecret(instance, 'jwt-private-key', newSigningKey),
    serviceToken: await instanceSecret(instance, 'service-token'),
  });
}

/** The user who administers the gateway, and its password. */
export async function gatewayAccount(instance: Instance) {
  const password = await instanceSecret(instance, 'gateway-password');
  return { username: 'admin', password };
}

/** The shop's first administrator. */
export async function adminAccount(instance: Instance) {
  const password = await instanceSecret(instance, 'admin-password');
  return { username: 'admin', password };
}
