import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { claimMail, recordFailure } from '@movie-rental/mysql/mail';
import {
  type CalledFunction,
  eventually,
  openFunction,
  type TestDatabase,
  testDatabase,
} from '@movie-rental/testkit';
import { SMTPServer } from 'smtp-server';

const TOKEN = 'a-service-token-of-this-test';
/** As stack.yml has it: whatever lasts longer is cut off. */
const EXEC_TIMEOUT_MS = 10_000;
const mail = {
  message_id: '7d5f1e0a-0000-4000-8000-000000000001',
  to: 'alice@example.com',
  subject: 'You rented Alien',
  text: 'Enjoy.',
};

let own: TestDatabase;
const opened: CalledFunction[] = [];
/** Closed after the functions: a server waits for the connections that a pool holds. */
const servers: SmtpServer[] = [];
beforeAll(async () => {
  process.env.LOG_LEVEL = 'silent';
  own = await testDatabase();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((fn) => fn.close()));
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await own.database.run('DELETE FROM mail');
});
afterAll(() => own.drop());

async function open(smtpUrl = ''): Promise<CalledFunction> {
  const fn = await openFunction(() => import('./handler.ts'), {
    'mysql-url': own.url,
    'service-token': TOKEN,
    'smtp-url': smtpUrl,
  });
  opened.push(fn);
  return fn;
}

interface Received {
  to: string[];
  source: string;
}

interface SmtpServer {
  url: string;
  received: Received[];
  close(): Promise<void>;
}

/** What an SMTP server does once it has a whole mail. */
type Conclude = (answer: (refusal?: Error) => void, smtp: SMTPServer) => void;

/** A real SMTP server that answers RCPT as the recipient's name says. */
async function smtpServer(conclude: Conclude = (answer) => answer()): Promise<SmtpServer> {
  const received: Received[] = [];
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _session, callback) => {
      const code = Number(/^(\d{3})@/.exec(address)?.[1]);
      callback(code ? Object.assign(new Error('no'), { responseCode: code }) : null);
    },
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        received.push({ to, source: Buffer.concat(chunks).toString() });
        conclude(callback, smtp);
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const { port } = smtp.server.address() as AddressInfo;
  const server: SmtpServer = {
    url: `smtp://127.0.0.1:${port}`,
    received,
    close: () => new Promise((resolve) => smtp.close(() => resolve())),
  };
  servers.push(server);
  return server;
}

/** A server that takes connections, says so much and then nothing more. */
async function silentServer(greeting: string): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.write(greeting);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  servers.push({ url, received: [], close });
  return url;
}

const send = (fn: CalledFunction, body: object = mail) =>
  fn.call('POST', '/', { body, token: TOKEN });

const stored = () =>
  own.database.first<{ state: string; attempts: number; sent_at: Date | null; recipient: string }>(
    'SELECT state, attempts, sent_at, recipient FROM mail WHERE message_id = ?',
    [mail.message_id],
  );

describe('with the simulated mailbox', () => {
  test('a mail is sent once, however often it is asked for', async () => {
    const fn = await open();
    const first = await send(fn);
    expect(first).toMatchObject({ status: 200, body: { message_id: mail.message_id } });
    const sent = await stored();
    expect(sent).toMatchObject({ state: 'SENT', attempts: 1, recipient: mail.to });
    expect((await send(fn)).status).toBe(200);
    expect(await stored()).toEqual(sent);
  });

  test('a row that was made when the event arrived is kept', async () => {
    await own.database.run("INSERT INTO mail (message_id, username) VALUES (?, 'alice')", [
      mail.message_id,
    ]);
    await send(await open());
    const row = await own.database.first('SELECT username, state FROM mail');
    expect(row).toEqual({ username: 'alice', state: 'SENT' });
  });

  test('a claim that another call holds is respected, one that ran out is not', async () => {
    const fn = await open();
    const claim = (seconds: number) =>
      own.database.run(
        `REPLACE INTO mail (message_id, state, attempts, lease_until)
         VALUES (?, 'SENDING', 1, CURRENT_TIMESTAMP(3) + INTERVAL ? SECOND)`,
        [mail.message_id, seconds],
      );
    await claim(30);
    expect(await send(fn)).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(await stored()).toMatchObject({ state: 'SENDING', attempts: 1 });
    await claim(-1);
    expect((await send(fn)).status).toBe(200);
    expect(await stored()).toMatchObject({ state: 'SENT', attempts: 2 });
  });

  test('a call that lost its claim cannot give back the one that took over', async () => {
    const first = await claimMail(own.database, mail, 660);
    await own.database.run(
      'UPDATE mail SET lease_until = CURRENT_TIMESTAMP(3) - INTERVAL 1 SECOND',
    );
    const second = await claimMail(own.database, mail, 660);
    expect([first, second]).toEqual([
      { state: 'claimed', attempt: 1 },
      { state: 'claimed', attempt: 2 },
    ]);
    await recordFailure(own.database, mail.message_id, 1);
    expect(await stored()).toMatchObject({ state: 'SENDING', attempts: 2 });
  });

  test('a long text in any script is kept whole', async () => {
    const text = '映'.repeat(60_000);
    expect((await send(await open(), { ...mail, text })).status).toBe(200);
    const row = await own.database.first<{ text: string }>('SELECT text FROM mail');
    expect(row?.text).toBe(text);
  });

  test.each([
    ['without the service token', mail, undefined, 401],
    ['with another token', mail, 'a-service-token-of-that-test', 401],
    ['to no address', { ...mail, to: 'alice' }, TOKEN, 422],
    ['with a subject of two lines', { ...mail, subject: 'a\r\nBcc: b@example.com' }, TOKEN, 422],
    ['with an unknown field', { ...mail, cc: 'bob@example.com' }, TOKEN, 422],
  ])('nothing is sent %s', async (_, body, token, status) => {
    const fn = await open();
    const reply = await fn.call('POST', '/', { body, ...(token && { token }) });
    expect(reply.status).toBe(status);
    expect(await stored()).toBeUndefined();
  });
});

describe('by SMTP', () => {
  test('a mail arrives once, as text and HTML, under the id of its event', async () => {
    const server = await smtpServer();
    const fn = await open(server.url);
    const body = { ...mail, html: '<p>Enjoy.</p>' };
    const statuses = [(await send(fn, body)).status, (await send(fn, body)).status];
    expect(statuses).toEqual([200, 200]);
    expect(server.received).toHaveLength(1);
    expect(server.received[0]?.to).toEqual([mail.to]);
    const source = server.received[0]?.source;
    expect(source).toContain(`Message-ID: <${mail.message_id}@movie-rental.example>`);
    expect(source).toContain('Content-Type: text/plain');
    expect(source).toContain('<p>Enjoy.</p>');
  });

  test('an unknown recipient is refused for good', async () => {
    const server = await smtpServer();
    const reply = await send(await open(server.url), { ...mail, to: '550@example.com' });
    expect(reply.body).toMatchObject({ status: 422, code: 'delivery_refused' });
    expect(await stored()).toMatchObject({ state: 'FAILED', sent_at: null });
  });

  test('a greylisted one may try again at once', async () => {
    const server = await smtpServer();
    const fn = await open(server.url);
    const refused = await send(fn, { ...mail, to: '450@example.com' });
    const accepted = await send(fn);
    expect([refused.status, accepted.status]).toEqual([503, 200]);
    expect(await stored()).toMatchObject({ state: 'SENT', attempts: 2 });
  });

  test.each([
    ['says nothing', ''],
    ['falls silent after its greeting', '220 smtp.example.com ready\r\n'],
  ])('a server that %s is given up in time, and the claim with it', async (_, greeting) => {
    const url = await silentServer(greeting);
    const begun = performance.now();
    const reply = await send(await open(url));
    expect(performance.now() - begun).toBeLessThan(EXEC_TIMEOUT_MS);
    expect(reply).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    const row = await own.database.first('SELECT state, lease_until FROM mail');
    expect(row).toEqual({ state: 'FAILED', lease_until: null });
  });

  test('a server that thinks long about a mail that it has gets it once', async () => {
    const server = await smtpServer((answer) => setTimeout(answer, 6_000));
    const fn = await open(server.url);
    const sending = send(fn);
    await eventually(() => server.received.length === 1);
    expect((await send(fn)).status).toBe(503);
    expect((await sending).status).toBe(200);
    expect((await send(fn)).status).toBe(200);
    expect(server.received).toHaveLength(1);
    expect(await stored()).toMatchObject({ state: 'SENT', attempts: 1 });
  });

  test('a mail that a server had, but said nothing of, is not sent at once again', async () => {
    const server = await smtpServer((_, smtp) => {
      for (const { _socket } of smtp.connections) _socket.destroy();
    });
    const fn = await open(server.url);
    expect([(await send(fn)).status, (await send(fn)).status]).toEqual([503, 503]);
    expect(server.received).toHaveLength(1);
    const row = await own.database.first(
      `SELECT state, attempts, lease_until > CURRENT_TIMESTAMP(3) + INTERVAL 10 MINUTE AS leased
       FROM mail`,
    );
    expect(row).toEqual({ state: 'SENDING', attempts: 1, leased: 1 });
  });

  test('a mail that a server refused once it had it may go again at once', async () => {
    const refusals = [Object.assign(new Error('Too busy'), { responseCode: 451 })];
    const server = await smtpServer((answer) => answer(refusals.pop()));
    const fn = await open(server.url);
    expect([(await send(fn)).status, (await send(fn)).status]).toEqual([503, 200]);
    expect(await stored()).toMatchObject({ state: 'SENT', attempts: 2 });
  });

  test('a server that is away is worth another try', async () => {
    const server = await smtpServer();
    const { url } = server;
    await server.close();
    servers.splice(0);
    const reply = await send(await open(url));
    expect(reply).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(await stored()).toMatchObject({ state: 'FAILED' });
  });
});
