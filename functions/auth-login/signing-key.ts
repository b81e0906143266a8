import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { ConfigError } from '@movie-rental/runtime/config';
import { z } from 'zod';

/** The key that signs access tokens, and its id. */
export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
}

const PublicKey = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
});
type PublicKey = z.infer<typeof PublicKey>;

const PublicKeySet = z.object({ keys: z.array(PublicKey.extend({ kid: z.string() })) });

/** A JSON Web Key Set (RFC 7517) of keys that verify ES256. */
export type PublicKeySet = z.infer<typeof PublicKeySet>;

/**
 * The set's public members alone: a private one that strayed into the file goes no further.
 * @throws ConfigError where the text is no such set.
 */
export function readPublicKeySet(text: string): PublicKeySet {
  try {
    return PublicKeySet.parse(JSON.parse(text));
  } catch (cause) {
    throw new ConfigError('JWT_PUBLIC_KEYS is not a set of EC keys on P-256', { cause });
  }
}

/**
 * The signing key of a PEM text. Its id is its thumbprint (RFC 7638).
 * @throws ConfigError where it is no EC key on P-256, or where the set lacks its public half: no
 *   function could then verify what it signs.
 */
export function readSigningKey(pem: string, { keys }: PublicKeySet): SigningKey {
  const { privateKey, publicKey } = readPrivateKey(pem);
  const kid = thumbprint(publicKey);
  const published = keys.some(
    (key) => key.kid === kid && key.x === publicKey.x && key.y === publicKey.y,
  );
  if (!published)
    throw new ConfigError(`JWT_PUBLIC_KEYS lacks the signing key, whose id is ${kid}`);
  return { kid, privateKey };
}

function readPrivateKey(pem: string): { privateKey: KeyObject; publicKey: PublicKey } {
  try {
    const privateKey = createPrivateKey(pem);
    const publicKey = PublicKey.parse(createPublicKey(privateKey).export({ format: 'jwk' }));
    return { privateKey, publicKey };
  } catch (cause) {
    throw new ConfigError('JWT_PRIVATE_KEY is not an EC key on P-256 in PEM', { cause });
  }
}

/** The SHA-256 of the key's required members in lexical order (RFC 7638), base64url. */
export function thumbprint({ crv, kty, x, y }: PublicKey): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}
