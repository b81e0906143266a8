import { PassThrough } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Registry } from '../functions/registry.ts';
import type { LogBook, LogLine } from '../logs/log-book.ts';
import { FunctionName, Namespace } from '../names.ts';
import { Flag, parse } from './parse.ts';

const Query = z.object({
  name: FunctionName,
  namespace: Namespace,
  instance: z.string().optional(),
  since: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .optional(),
  /** Negative: all that are remembered. */
  tail: z.coerce
    .number()
    .int()
    .transform((lines) => (lines < 0 ? undefined : lines))
    .optional(),
  follow: Flag,
});

/** How much to buffer for a client that follows a log without reading it. */
const LARGEST_BACKLOG_BYTES = 4 * 1_048_576;

interface LogSources {
  readonly registry: Registry;
  readonly logs: LogBook;
  readonly log: Logger;
}

/** `/system/logs`: a function's output as newline-delimited JSON. */
export function logRoutes(app: FastifyInstance, { registry, logs, log }: LogSources): void {
  const following = new Set<PassThrough>();
  app.addHook('preClose', async () => {
    for (const stream of following) stream.end();
  });
  app.get('/system/logs', (request, reply) => {
    const { follow, ...query } = parse(Query, request.query);
    registry.get(query.name);
    const stream = new PassThrough();
    const write = (line: LogLine) => stream.write(`${JSON.stringify(line)}\n`);
    for (const line of logs.read(query)) write(line);
    if (follow) {
      following.add(stream);
      const most = stream.writableLength + LARGEST_BACKLOG_BYTES;
      const unfollow = logs.follow(query, (line) => {
        write(line);
        if (stream.writableLength <= most) return;
        log.debug({ function: query.name }, 'a log is not read as fast as it grows, ending it');
        leave();
        stream.end();
      });
      const leave = () => {
        unfollow();
        following.delete(stream);
      };
      reply.raw.once('close', leave);
    } else {
      stream.end();
    }
    // A follower gets its headers before the first line.
    reply.hijack();
    reply.raw.writeHead(200, { 'Content-Type': 'application/x-ndjson' }).flushHeaders();
    stream.pipe(reply.raw);
  });
}
