import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../refusal.ts';

interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** A hook that lets through who brings the right credentials (RFC 7617), and refuses others with 401. */
export function basicAuth({ user, password }: Credentials) {
  const expected = digest(`${user}:${password}`);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const [scheme = '', token = ''] = (request.headers.authorization ?? '').split(' ');
    const given = digest(Buffer.from(token, 'base64').toString());
    // Digests are of one length, and comparing them takes the same time wherever they differ.
    if (scheme.toLowerCase() === 'basic' && timingSafeEqual(given, expected)) return;
    reply.header('WWW-Authenticate', 'Basic realm="Restricted", charset="UTF-8"');
    throw new Refusal(401, 'The user name or the password is not right');
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
