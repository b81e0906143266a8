import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../refusal.ts';

interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** A hook that checks credentials (RFC 7617) and answers 401 if they are wrong. */
export function basicAuth({ user, password }: Credentials) {
  const expected = digest(`${user}:${password}`);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const [scheme = '', token = ''] = (request.headers.authorization ?? '').split(' ');
    const given = digest(Buffer.from(token, 'base64').toString());
    // Digests have the same length, and comparing them takes constant time.
    if (scheme.toLowerCase() === 'basic' && timingSafeEqual(given, expected)) return;
    reply.header('WWW-Authenticate', 'Basic realm="Restricted", charset="UTF-8"');
    throw new Refusal(401, 'The user name or the password is wrong');
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
