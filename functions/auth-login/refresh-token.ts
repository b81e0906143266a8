import { createHash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;

/** A new refresh token: random, without meaning. */
export function newRefreshToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** What is stored of a refresh token. It is random, so a fast hash cannot be searched. */
export function hashRefreshToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
