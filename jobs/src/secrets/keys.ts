import { createHash, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';

/** 32 random bytes in letters that need no escaping in a URL, a shell, SQL or a configuration file. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

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

/** What the secrets of functions are made of. */
export interface FunctionSecretSources {
  readonly mysqlUrl: string;
  readonly signingKey: string;
  readonly serviceToken: string;
  /** Empty: mails stay in the table `mail`. */
  readonly smtpUrl: string;
}

/** The secrets that the functions of stack.yml name, by name. */
export function functionSecrets(from: FunctionSecretSources): Record<string, string> {
  return {
    'mysql-url': from.mysqlUrl,
    'jwt-private-key': from.signingKey,
    'jwt-public-keys': publicKeySet(from.signingKey),
    'service-token': from.serviceToken,
    'smtp-url': from.smtpUrl,
  };
}
