import { randomUUID } from 'node:crypto';
import {
  type AccessTokenClaims,
  TOKEN_ALGORITHM,
  TOKEN_AUDIENCE,
  TOKEN_ISSUER,
  TOKEN_TYPE,
} from '@movie-rental/contracts';
import jwt from 'jsonwebtoken';
import type { SigningKey } from './signing-key.ts';

export const ACCESS_TOKEN_SECONDS = 15 * 60;

/** Signs an access token in the profile of RFC 9068. */
export function signAccessToken(
  { kid, privateKey }: SigningKey,
  { sub, role, sid }: AccessTokenClaims,
): string {
  return jwt.sign({ role, sid }, privateKey, {
    algorithm: TOKEN_ALGORITHM,
    header: { alg: TOKEN_ALGORITHM, typ: TOKEN_TYPE, kid },
    issuer: TOKEN_ISSUER,
    audience: TOKEN_AUDIENCE,
    subject: sub,
    jwtid: randomUUID(),
    expiresIn: ACCESS_TOKEN_SECONDS,
  });
}
