import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually, type TestVhost, testVhost } from '@movie-rental/testkit';
import { aborted, createLogger, pause } from '../index.ts';
import { openGate } from '../testing.ts';
import {
  consumeQueues,
  openRabbitSession,
  type QueueHandler,
  type RabbitConsumerOptions,
  type RabbitSession,
  SEND_EMAIL_DEAD_QUEUE,
  SEND_EMAIL_QUEUE,
} from './index.ts';

const DELAY_QUEUE = 'send-email.delay.10min';
const logger = createLogger('test', process.env.TEST_LOG_LEVEL ?? 'silent');

let vhost: TestVhost;
let session: RabbitSession;
let running: { stop(): Promise<void> }[] = [];

beforeEach(async () => {
  vhost = await testVhost();
  session = await openRabbitSession({ url: vhost.url, clientId: 'test', logger });
});
afterEach(async () => {
  await Promise.all(running.map((consumer) => consumer.stop()));
  running = [];
  await session.close();
  await vhost.drop();
});

function consume(
  handle: QueueHandler['handle'],
  url = vhost.url,
  change: Partial<RabbitConsumerOptions> = {},
) {
  const controller = new AbortController();
  const consuming = consumeQueues({
    url,
    clientId: 'test',
    logger,
    signal: controller.signal,
    handlers: [{ queue: SEND_EMAIL_QUEUE, prefetch: 8, handle }],
    ...change,
  });
  const handle_ = {
    stop: () => {
      controller.abort();
      return consuming;
    },
  };
  running.push(handle_);
  return handle_;
}

function send(id = randomUUID()) {
  const options = { messageId: id, contentType: 'application/json', headers: { ce_id: id } };
  session.channel.sendToQueue(SEND_EMAIL_QUEUE, Buffer.from('{}'), options);
  return id;
}

const depth = async (queue: string) => (await session.channel.checkQueue(queue)).messageCount;

describe('stopping', () => {
  test('lets what is in flight finish and be settled, however long that takes', async () => {
    const work = new AbortController();
    let begun = 0;
    let own: RabbitSession | undefined;
    const consumer = consume(
      async () => {
        begun += 1;
        await aborted(work.signal);
        return { done: true };
      },
      vhost.url,
      {
        onSession: (opened) => {
          own ??= opened;
        },
      },
    );
    send();
    await eventually(() => begun === 1);
    const stopping = consumer.stop();
    await setImmediate();
    // A channel answers one after the other: this comes after the end of consuming.
    await own?.channel.checkQueue(SEND_EMAIL_QUEUE);
    const later = send();
    await eventually(async () => (await depth(SEND_EMAIL_QUEUE)) === 1);
    work.abort();
    await stopping;
    const left = await session.channel.get(SEND_EMAIL_QUEUE, { noAck: true });
    expect(left).toMatchObject({ properties: { messageId: later } });
    expect(await depth(SEND_EMAIL_QUEUE)).toBe(0);
  });

  test('ends what only waits, which goes back as it was', async () => {
    let waiting = 0;
    const consumer = consume(async ({ failures }, signal) => {
      waiting += 1;
      await pause(60_000, signal);
      return { done: false, queue: SEND_EMAIL_QUEUE, failures };
    });
    const id = send();
    await eventually(() => waiting === 1);
    await consumer.stop();
    const left = await session.channel.get(SEND_EMAIL_QUEUE, { noAck: true });
    expect(left).toMatchObject({
      fields: { redelivered: false },
      properties: { messageId: id, headers: { 'x-failures': 0, ce_id: id } },
    });
  });
});

test('a message that is held for long goes back as it was before the broker counts it', async () => {
  const redelivered: unknown[] = [];
  consume(
    async ({ failures }, signal) => {
      redelivered.push(failures);
      await pause(60_000, signal);
      return redelivered.length < 3
        ? { done: false, queue: SEND_EMAIL_QUEUE, failures }
        : { done: true };
    },
    vhost.url,
    { maxHoldMs: 50 },
  );
  send();
  await eventually(() => redelivered.length === 3);
  expect(redelivered).toEqual([0, 0, 0]);
  await eventually(async () => (await depth(SEND_EMAIL_QUEUE)) === 0);
  expect(await depth(SEND_EMAIL_DEAD_QUEUE)).toBe(0);
});

test('a message is acknowledged only after the broker has confirmed its next place', async () => {
  const gate = await openGate(vhost.url);
  consume(async ({ failures }) => {
    gate.swallowAnswers(true);
    return { done: false, queue: DELAY_QUEUE, failures: failures + 1 };
  }, gate.url);
  send();
  await eventually(async () => (await depth(DELAY_QUEUE)) === 1);
  await gate.close();
  await eventually(async () => (await depth(SEND_EMAIL_QUEUE)) === 1);
});

test('a channel that the broker closes is made again, with its consumers', async () => {
  const sessions: RabbitSession[] = [];
  const handled: string[] = [];
  consume(
    async ({ headers }) => {
      handled.push(String(headers.ce_id));
      return { done: true };
    },
    vhost.url,
    { onSession: (opened) => opened && sessions.push(opened) },
  );
  await eventually(() => sessions.length === 1);
  // A delivery that never was: the broker closes this channel for it, and not the connection.
  sessions[0]?.channel.ack({ fields: { deliveryTag: 4711 } } as never);
  await eventually(() => sessions.length === 2);
  const id = send();
  await eventually(() => handled.includes(id));
});

test('a message that breaks its handler every time ends among the dead', async () => {
  let deliveries = 0;
  consume(async () => {
    deliveries += 1;
    throw new Error('a fault of our own');
  });
  send();
  await eventually(async () => (await depth(SEND_EMAIL_DEAD_QUEUE)) === 1);
  expect(deliveries).toBe(21);
});
