import { createHash, timingSafeEqual } from 'node:crypto';
import { type Caller, verifyAccessToken } from './access-token.ts';
import type { Credentials } from './create-function.ts';
import { forbidden, unauthorized } from './http-error.ts';
import type { Access } from './route.ts';

const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

/**
 * Lets a request in, or not. Where anyone may call, a token is not looked at: one that has expired
 * must not stand in the way of the call that renews it.
 *
 * @returns who calls; undefined where anyone may, and for a service.
 * @throws HttpError 401 without a valid token, 403 with one that may not.
 */
export function admit(
  who: Access,
  authorization: string | undefined,
  credentials: Credentials,
): Caller | undefined {
  if (who === 'anyone') return undefined;
  if (authorization === undefined) throw unauthorized('An access token is needed');
  const token = BEARER.exec(authorization)?.[1];
  if (!token) throw unauthorized('The Authorization header is not a bearer token', 'invalid_token');
  if (who === 'service') {
    admitService(token, credentials.serviceToken);
    return undefined;
  }
  const caller = verifyAccessToken(token, credentials.publicKeys);
  if (who === 'administrator' && caller.role !== 'admin') throw forbidden();
  return caller;
}

function admitService(token: string, expected: string | undefined): void {
  if (!expected || !timingSafeEqual(digest(token), digest(expected))) {
    throw unauthorized('The service token is not valid', 'invalid_token');
  }
}

/** timingSafeEqual wants equal lengths, and a hash has one. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
