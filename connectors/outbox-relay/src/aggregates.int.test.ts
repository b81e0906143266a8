import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from '@jest/globals';
import {
  type ConnectorProcess,
  freePort,
  healthClient,
  startConnector,
} from '@movie-rental/connector-kit/testing';
import { eventually, testDatabase, testVhost } from '@movie-rental/testkit';

let relay: ConnectorProcess | undefined;
afterEach(async () => {
  relay?.signal('SIGKILL');
  await relay?.ended;
});

test('a relay of rentals alone leaves the movies alone, and says nothing of them', async () => {
  const [db, vhost, port] = await Promise.all([testDatabase(), testVhost(), freePort()]);
  relay = startConnector('outbox-relay', {
    MYSQL_URL: db.url,
    RABBITMQ_URL: vhost.url,
    // Nothing listens there.
    KAFKA_BROKERS: '127.0.0.1:1',
    AGGREGATES: 'rental',
    HEALTH_PORT: String(port),
  });
  await relay.ready;
  const health = healthClient(port);
  await eventually(async () => (await health.status('/readyz')) === 200);

  const events = ['movie', 'rental'].map((kind) => [
    randomUUID(),
    kind,
    '1',
    `${kind}.x`,
    '{}',
    '{}',
  ]);
  await db.database.run(
    'INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, headers) VALUES ?',
    [events],
  );
  const left = () => db.database.rows('SELECT aggregatetype AS kind FROM outbox');
  await eventually(async () => (await left()).length === 1);
  expect(await left()).toEqual([{ kind: 'movie' }]);
  await eventually(async () => {
    const published = await health.metric('outbox_published_total{aggregate="rental"}');
    const waiting = await health.metric('outbox_rows_waiting{aggregate="rental"}');
    return published === 1 && waiting === 0;
  });
  const { text } = await health.get('/metrics');
  expect(text).not.toContain('aggregate="movie"');
  const [beat] = await db.database.rows<{ facts: object }>('SELECT facts FROM heartbeat');
  expect(Object.keys(beat?.facts ?? {})).toEqual(['rental']);

  relay.signal('SIGTERM');
  expect((await relay.ended).code).toBe(0);
  await Promise.all([db.drop(), vhost.drop()]);
});
