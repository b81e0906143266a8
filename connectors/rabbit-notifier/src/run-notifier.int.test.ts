import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createHealth, createLogger } from '@movie-rental/connector-kit';
import {
  DELAY_QUEUES,
  openRabbitSession,
  type RabbitSession,
  RENTALS_EXCHANGE,
  SEND_EMAIL_DEAD_QUEUE,
  SEND_EMAIL_QUEUE,
} from '@movie-rental/connector-kit/messaging';
import { type Gate, openGate } from '@movie-rental/connector-kit/testing';
import { untraced } from '@movie-rental/runtime/tracing';
import {
  eventually,
  type TestDatabase,
  type TestVhost,
  testDatabase,
  testVhost,
} from '@movie-rental/testkit';
import { mailSender } from './mail-sender.ts';
import { runNotifier } from './run-notifier.ts';
import { type TestGateway, testGateway } from './test-gateway.ts';

const logger = createLogger('test', process.env.TEST_LOG_LEVEL ?? 'silent');
const serviceToken = 'a-service-token-of-this-test';

const QUEUES = [SEND_EMAIL_QUEUE, SEND_EMAIL_DEAD_QUEUE, ...DELAY_QUEUES.map(({ name }) => name)];

let db: TestDatabase;
let vhost: TestVhost;
let broker: RabbitSession;
let gateway: TestGateway;
let running: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  [db, vhost] = await Promise.all([testDatabase(), testVhost()]);
  broker = await openRabbitSession({ url: vhost.url, clientId: 'test', logger });
});
beforeEach(async () => {
  gateway = await testGateway();
});
afterEach(async () => {
  await Promise.all(running.map((notifier) => notifier.stop()));
  running = [];
  await gateway.close();
  await db.database.run('DELETE FROM dead_letter');
  // An acknowledgement may be lost with its connection, and the message come again.
  await Promise.all(QUEUES.map((queue) => broker.channel.purgeQueue(queue)));
});
afterAll(async () => {
  await broker.close();
  await Promise.all([db.drop(), vhost.drop()]);
});

function startNotifier({ mysqlUrl = db.url, rabbitmqUrl = vhost.url, log = logger } = {}) {
  const controller = new AbortController();
  const sendMail = mailSender({ gatewayUrl: gateway.url, serviceToken });
  let tries = 0;
  const notifier = runNotifier({
    mysqlUrl,
    rabbitmqUrl,
    sendMail: (mail, trace) => {
      tries += 1;
      return sendMail(mail, trace);
    },
    logger: log,
    tracer: untraced,
    health: createHealth(controller.signal),
    signal: controller.signal,
  });
  const handle = {
    tries: () => tries,
    stop: () => {
      controller.abort();
      return notifier;
    },
  };
  running.push(handle);
  return handle;
}

/** A customer of this test's own. */
async function customer(email: string | null | undefined = undefined) {
  const username = `c-${randomUUID().slice(0, 8)}`;
  const address = email === undefined ? `${username}@example.org` : email;
  await db.database.run('INSERT INTO users (username, password_hash, email) VALUES (?, ?, ?)', [
    username,
    'none',
    address,
  ]);
  return { username, email: `${username}@example.org` };
}

interface Event {
  body?: Buffer;
  headers?: Record<string, unknown>;
  time?: string;
  queue?: string;
}

/** Publishes the event of a rental, as the relay does, or straight into a queue; gives its id. */
async function publish(username: string, { body, headers, time, queue }: Event = {}) {
  const id = randomUUID();
  const data = {
    rental_id: 7,
    username,
    movie: { id: 3, name: 'Heat' },
    status: 'CONFIRMED',
    created_at: '2026-01-02T13:01:00Z',
    ends_at: '2026-01-04T13:01:00Z',
  };
  const content = body ?? Buffer.from(JSON.stringify(data));
  const ceHeaders = {
    ce_specversion: '1.0',
    ce_id: id,
    ce_type: 'rental.confirmed',
    ce_source: '/movie-rental',
    ce_subject: '7',
    ce_time: time ?? '2026-01-02T13:01:00.500Z',
    ce_publishedtime: '2026-01-02T13:01:00.750Z',
    'x-request-id': `r-${id}`,
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  };
  const exchange = queue === undefined ? RENTALS_EXCHANGE : '';
  broker.channel.publish(exchange, queue ?? 'rental.confirmed', content, {
    contentType: 'application/json',
    messageId: id,
    persistent: true,
    headers: { ...ceHeaders, ...headers },
  });
  await broker.channel.waitForConfirms();
  return id;
}

interface MailRow {
  username: string;
  state: string;
  occurred_at: Date;
  published_at: Date;
  received_at: Date;
  request_id: string;
  traceparent: string;
}

const mailOf = (id: string) =>
  db.database.first<MailRow>('SELECT * FROM mail WHERE message_id = ?', [id]);

interface Letter {
  source: string;
  reason: string;
  payload: Buffer;
  headers: Record<string, string>;
}

const letters = () => db.database.rows<Letter>('SELECT * FROM dead_letter ORDER BY id');

/** The ids of the mails that were handed over, in their order. */
const sent = () => gateway.calls.map(({ mail }) => mail.message_id);

/** How many messages wait; what a consumer holds is not seen, so stop it before. */
async function queued() {
  const depths = await Promise.all(
    QUEUES.map(async (name) => (await broker.channel.checkQueue(name)).messageCount),
  );
  return depths.reduce((sum, depth) => sum + depth, 0);
}

const factsSay = (wanted: string) =>
  eventually(async () => {
    const row = await db.database.first<{ facts: { state: string } }>(
      "SELECT facts FROM heartbeat WHERE component = 'rabbit-notifier'",
    );
    return row?.facts.state === wanted;
  });

describe('a notification', () => {
  test('is handed to send-email once, and its row tells where it came from', async () => {
    const notifier = startNotifier();
    const { username, email } = await customer();
    const id = await publish(username);
    await eventually(() => sent().includes(id));
    await notifier.stop();

    expect(gateway.calls).toHaveLength(1);
    expect(gateway.calls[0]).toMatchObject({
      path: '/function/send-email',
      headers: { authorization: `Bearer ${serviceToken}`, 'x-request-id': `r-${id}` },
      mail: { message_id: id, to: email, subject: 'Your rental of Heat is confirmed' },
    });
    expect(await mailOf(id)).toMatchObject({
      username,
      state: 'PENDING',
      occurred_at: new Date('2026-01-02T13:01:00.500Z'),
      published_at: new Date('2026-01-02T13:01:00.750Z'),
      received_at: expect.any(Date),
      request_id: `r-${id}`,
      traceparent: gateway.calls[0]?.headers.traceparent,
    });
    expect(await queued()).toBe(0);
  });

  test('goes to the address of the moment of sending', async () => {
    const { username } = await customer();
    const id = await publish(username);
    await db.database.run('UPDATE users SET email = ? WHERE username = ?', [
      'new@example.org',
      username,
    ]);
    startNotifier();
    await eventually(() => sent().includes(id));
    expect(gateway.calls[0]?.mail.to).toBe('new@example.org');
  });

  test.each([
    ['has no address', null],
    ['has an empty address', ' '],
  ])('is skipped where the customer %s', async (_, address) => {
    const notifier = startNotifier();
    const id = await publish((await customer(address)).username);
    await eventually(async () => (await mailOf(id))?.state === 'SKIPPED');
    await notifier.stop();
    expect(gateway.calls).toEqual([]);
    expect(await letters()).toEqual([]);
    expect(await queued()).toBe(0);
  });

  test('is skipped where the customer is unknown', async () => {
    startNotifier();
    const id = await publish('nobody');
    await eventually(async () => (await mailOf(id))?.state === 'SKIPPED');
    expect(gateway.calls).toEqual([]);
  });

  test('does not overwrite the record of a mail that was sent', async () => {
    const { username } = await customer();
    const id = await publish(username);
    await db.database.run("INSERT INTO mail (message_id, state) VALUES (?, 'SENT')", [id]);
    gateway.answer(`${username}@example.org`, 422);
    startNotifier();
    await eventually(async () => (await letters()).length === 1);
    expect(await mailOf(id)).toMatchObject({ state: 'SENT', username: null });
  });
});

describe('what send-email answers', () => {
  test('503 twice: it is sent at the third try, after the first two delays', async () => {
    const notifier = startNotifier();
    const { username, email } = await customer();
    gateway.answer(email, 503, 503);
    const begun = performance.now();
    const id = await publish(username);
    await eventually(() => sent().length === 3);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(6_000);
    await notifier.stop();
    expect(sent()).toEqual([id, id, id]);
    expect(await letters()).toEqual([]);
    expect(await queued()).toBe(0);
  });

  test('422: it is dead-lettered as it was, with the reason', async () => {
    const notifier = startNotifier();
    const { username, email } = await customer();
    gateway.answer(email, 422);
    const id = await publish(username);
    await eventually(async () => (await mailOf(id))?.state === 'FAILED');
    await notifier.stop();
    const [letter, ...more] = await letters();
    expect(more).toEqual([]);
    expect(letter).toMatchObject({
      source: 'rabbit-notifier',
      reason: 'send-email answered 422: {"detail":"as the test wants it"}',
      headers: { ce_id: id, ce_type: 'rental.confirmed', 'x-request-id': `r-${id}` },
    });
    expect(JSON.parse(String(letter?.payload))).toMatchObject({ username });
    expect(await queued()).toBe(0);
  });

  test('503 when every try is spent: it is dead-lettered', async () => {
    startNotifier();
    const { username, email } = await customer();
    gateway.answer(email, 503);
    const id = await publish(username, { headers: { 'x-failures': DELAY_QUEUES.length } });
    await eventually(async () => (await mailOf(id))?.state === 'FAILED');
    expect((await letters())[0]?.reason).toMatch(/^After 6 tries: send-email answered 503/);
  });
});

describe('a message that can never succeed is dead-lettered, and the next one goes on:', () => {
  test.each<[string, Event, RegExp]>([
    ['not JSON', { body: Buffer.from([0xff, 0x00, 0x7b]) }, /not JSON/],
    ['not the data of a rental', { body: Buffer.from('{"rental_id":0}') }, /rental_id/],
    ['an unknown type', { headers: { ce_type: 'rental.lost' } }, /rental\.lost is unknown/],
    ['no event at all', { headers: { ce_id: 'x', ce_time: 7 } }, /ce_id/],
    ['a time that no row can hold', { time: '9999-01-01T00:00:00Z' }, /datetime/],
  ])('%s', async (_, event, reason) => {
    const notifier = startNotifier();
    const { username } = await customer();
    await publish(username, event);
    const next = await publish(username);
    await eventually(async () => sent().includes(next) && (await letters()).length === 1);
    await notifier.stop();
    const [letter] = await letters();
    expect(letter?.reason).toMatch(reason);
    if (event.body) expect(letter?.payload).toEqual(event.body);
    expect(sent()).toEqual([next]);
    expect(await queued()).toBe(0);
  });

  test('what the broker gave up', async () => {
    const notifier = startNotifier();
    const id = await publish('nobody', { queue: SEND_EMAIL_DEAD_QUEUE });
    await eventually(async () => (await letters()).length === 1);
    await notifier.stop();
    expect((await letters())[0]).toMatchObject({
      reason: expect.stringMatching(/^The broker gave it up/),
      headers: { ce_id: id },
    });
    expect(await queued()).toBe(0);
  });
});

describe('a server that is down is waited for, and nothing is counted:', () => {
  /** More than the broker would deliver a message that is rejected. */
  const RESTARTS = 25;

  test('the gateway, also over restarts of the notifier', async () => {
    await gateway.close();
    const { username } = await customer();
    const ids = [await publish(username), await publish(username)];
    for (let count = 0; count < RESTARTS; count++) {
      const notifier = startNotifier();
      await eventually(() => notifier.tries() >= ids.length);
      await notifier.stop();
    }
    startNotifier();
    await factsSay('waiting_for_gateway');
    await gateway.open();
    await eventually(() => sent().length === 2);
    expect(new Set(sent())).toEqual(new Set(ids));
    expect(await letters()).toEqual([]);
    await factsSay('consuming');
  });

  test('a gateway that breaks its call off and is gone', async () => {
    const { username, email } = await customer();
    gateway.answer(email, new Promise<number>(() => {}));
    startNotifier();
    const id = await publish(username, { headers: { 'x-failures': DELAY_QUEUES.length } });
    await eventually(() => sent().length === 1);
    await gateway.close();
    await factsSay('waiting_for_gateway');
    await gateway.open();
    await eventually(() => sent().length === 2);
    expect(sent()).toEqual([id, id]);
    expect(await letters()).toEqual([]);
  });

  test('MySQL', async () => {
    const gate = await openGate(db.url);
    await gate.close();
    const lines: string[] = [];
    const log = createLogger('test', 'warn', { write: (line) => lines.push(line) });
    const notifier = startNotifier({ mysqlUrl: gate.url, log });
    const id = await publish((await customer()).username);
    // Meanwhile a message that is rejected would have been delivered as often as the broker allows.
    await eventually(() => lines.filter((line) => line.includes('using mysql')).length === 4);
    expect(sent()).toEqual([]);
    await gate.open();
    await eventually(() => sent().includes(id));
    await notifier.stop();
    await gate.close();
    expect(await letters()).toEqual([]);
  });

  describe('RabbitMQ', () => {
    let gate: Gate;
    beforeEach(async () => {
      gate = await openGate(vhost.url);
    });
    afterEach(() => gate.close());

    test('and it goes on where the broker is there again', async () => {
      const { username } = await customer();
      startNotifier({ rabbitmqUrl: gate.url });
      const before = await publish(username);
      await eventually(() => sent().includes(before));
      await gate.close();
      const after = await publish(username);
      await gate.open();
      await eventually(() => sent().includes(after));
    });
  });
});

describe('stopping', () => {
  test('finishes the call that is under way and settles its message', async () => {
    const { username, email } = await customer();
    let answer: (status: number) => void = () => {};
    gateway.answer(
      email,
      new Promise<number>((resolve) => {
        answer = resolve;
      }),
    );
    const notifier = startNotifier();
    const id = await publish(username);
    await eventually(() => sent().includes(id));
    const stopped = notifier.stop();
    answer(200);
    await stopped;
    expect(await queued()).toBe(0);
    expect(sent()).toEqual([id]);
  });

  test('puts back what waits, and takes nothing more', async () => {
    await gateway.close();
    const { username } = await customer();
    const ids = await Promise.all(Array.from({ length: 30 }, () => publish(username)));
    const notifier = startNotifier();
    await factsSay('waiting_for_gateway');
    await notifier.stop();
    expect(await queued()).toBe(30);

    await gateway.open();
    startNotifier();
    await eventually(() => sent().length === 30);
    expect(new Set(sent())).toEqual(new Set(ids));
  });
});
