import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { Instance } from './instance.ts';
import { instanceSecret } from './secrets.ts';

/** A new private key for access tokens: EC P-256, PKCS #8, PEM. */
export function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/**
 * The public half of a signing key as a JSON Web Key Set (RFC 7517); the key's id is its thumbprint
 * (RFC 7638).
 */
export function publicKeySet(signingKey: string): string {
  const { crv, kty, x, y } = createPublicKey(signingKey).export({ format: 'jwk' });
  const members = JSON.stringify({ crv, kty, x, y });
  const kid = createHash('sha256').update(members).digest('base64url');
  return JSON.stringify({ keys: [{ kty, crv, x, y, kid, alg: 'ES256', use: 'sig' }] });
}

/**
 * The secrets that the functions of stack.yml name, by name. Keys and tokens are the instance's own and
 * stay the same from start to start.
 */
export async function functionSecrets(
  instance: Instance,
  mysqlUrl: string,
  smtpUrl = '',
): Promise<Record<string, string>> {
  const signingKey = await instanceSecret(instance, 'jwt-private-key', newSigningKey);
  return {
    'mysql-url': mysqlUrl,
    'jwt-private-key': signingKey,
    'jwt-public-keys': publicKeySet(signingKey),
    'service-token': await instanceSecret(instance, 'service-token'),
    'smtp-url': smtpUrl,
  };
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
