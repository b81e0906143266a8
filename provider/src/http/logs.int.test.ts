import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { Registry } from '../functions/registry.ts';
import { LogBook } from '../logs/log-book.ts';
import { logRoutes } from './logs.ts';

const LINE = 'x'.repeat(65_536);
const MOST_LINES = 2_000;

let folder: string;
let logs: LogBook;
let app: FastifyInstance;
const logged: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'logs-'));
  logs = await LogBook.open(folder);
  const log = pino({ level: 'debug' }, { write: (line: string) => logged.push(line) });
  app = Fastify();
  logRoutes(app, { registry: { get: () => {} } as unknown as Registry, logs, log });
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await app.close();
  await logs.close();
  rmSync(folder, { recursive: true });
});

test('who follows a log and does not read it is sent what waits, and no more', async () => {
  const { port } = app.server.address() as AddressInfo;
  const path = '/system/logs?name=fn&follow=1';
  const follower = request({ host: '127.0.0.1', port, path, agent: false }).end();
  const response = await new Promise<NodeJS.ReadableStream>((resolve) =>
    follower.once('response', resolve),
  );
  let written = 0;
  for (; logged.length === 0 && written < MOST_LINES; written += 1) {
    logs.append('fn', 'fn-1', LINE);
    await turn();
  }
  expect(logged).toHaveLength(1);
  logs.append('fn', 'fn-1', 'unseen');
  let text = '';
  for await (const chunk of response) text += chunk;
  expect(text.split('\n')).toHaveLength(written + 1);
  expect(text).not.toContain('unseen');
});
