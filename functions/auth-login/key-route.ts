import { TOKEN_ALGORITHM } from '@movie-rental/contracts';
import { route } from '@movie-rental/function-kit';
import type { PublicKeySet } from './signing-key.ts';

/** For so long a verifier may not know of a new key: it must be published that much before it signs. */
const MAX_AGE_SECONDS = 300;

/** The keys that verify access tokens, as a JSON Web Key Set (RFC 7517). */
export function keyRoute({ keys }: PublicKeySet) {
  const body = { keys: keys.map((key) => ({ ...key, alg: TOKEN_ALGORITHM, use: 'sig' })) };
  const headers = { 'Cache-Control': `public, max-age=${MAX_AGE_SECONDS}` };
  return route({
    method: 'GET',
    path: '/auth/.well-known/jwks.json',
    who: 'anyone',
    handle: async () => ({ status: 200, body, headers }),
  });
}
