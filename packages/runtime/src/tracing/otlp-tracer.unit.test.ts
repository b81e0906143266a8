import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type TraceCollector, traceCollector } from '@movie-rental/testkit';
import { openTracer } from './index.ts';

let collector: TraceCollector;
beforeAll(async () => {
  collector = await traceCollector();
});
beforeEach(() => {
  collector.spans.length = 0;
});
afterAll(() => collector.close());

const open = (env: NodeJS.ProcessEnv = { OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.endpoint}/` }) =>
  openTracer('shop', env);
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const TRACEPARENT = `00-${TRACE}-b7ad6b7169203331-01`;

test('a span continues the trace that it was given, and its own children continue it', async () => {
  const tracer = await open();
  const rent = { name: 'rent', kind: 'server', traceparent: TRACEPARENT } as const;
  const handedOn = await tracer.span(rent, async ({ traceparent, set }) => {
    set({ 'http.response.status_code': 201 });
    return tracer.span({ name: 'publish', kind: 'producer', traceparent }, async (inner) => {
      return inner.traceparent;
    });
  });
  await tracer.close();
  const [publish, server] = collector.spans;
  expect([publish?.service, server?.service]).toEqual(['shop', 'shop']);
  expect(server).toMatchObject({ name: 'rent', kind: 2, traceId: TRACE });
  expect(server?.parentSpanId).toBe('b7ad6b7169203331');
  expect(server?.attributes).toEqual([
    { key: 'http.response.status_code', value: { intValue: 201 } },
  ]);
  expect(publish).toMatchObject({ name: 'publish', kind: 4, parentSpanId: server?.spanId });
  expect(handedOn).toBe(`00-${TRACE}-${publish?.spanId}-01`);
});

test('without a trace to continue, or with a broken one, a span begins its own', async () => {
  const tracer = await open();
  await tracer.span({ name: 'a', kind: 'consumer' }, async () => {});
  await tracer.span({ name: 'b', kind: 'consumer', traceparent: '00-no-01' }, async () => {});
  await tracer.close();
  expect(collector.spans.map(({ parentSpanId }) => parentSpanId)).toEqual([undefined, undefined]);
  expect(new Set(collector.spans.map(({ traceId }) => traceId)).size).toBe(2);
});

test('work for several traces has a span in each, and what it throws fails them all', async () => {
  const tracer = await open();
  const parents = [TRACEPARENT, `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`];
  const publish = (traceparent: string) =>
    ({ name: `publish ${parents.indexOf(traceparent)}`, kind: 'producer', traceparent }) as const;
  const handedOn = await tracer.spans(parents, publish, async (traced) => {
    expect(traced.map(({ item }) => item)).toEqual(parents);
    traced[1]?.span.fail('too large');
    return traced.map(({ span }) => span.traceparent);
  });
  const throwing = tracer.spans(parents, publish, async () => {
    throw new Error('no broker');
  });
  await expect(throwing).rejects.toThrow('no broker');
  await tracer.close();
  const spanIds = collector.spans.map(({ spanId }) => spanId);
  expect(handedOn).toEqual([
    `00-${TRACE}-${spanIds[0]}-01`,
    `00-${'1'.repeat(32)}-${spanIds[1]}-01`,
  ]);
  expect(
    collector.spans.map(({ name, parentSpanId, status }) => [name, parentSpanId, status?.message]),
  ).toEqual([
    ['publish 0', 'b7ad6b7169203331', undefined],
    ['publish 1', '2'.repeat(16), 'too large'],
    ['publish 0', 'b7ad6b7169203331', 'no broker'],
    ['publish 1', '2'.repeat(16), 'no broker'],
  ]);
});

test('one that its caller does not want sampled is not sent, and says so to others', async () => {
  const tracer = await open();
  const traceparent = TRACEPARENT.replace(/01$/, '00');
  const span = { name: 'a', kind: 'server', traceparent } as const;
  const handedOn = await tracer.span(span, async (inner) => inner.traceparent);
  await tracer.close();
  expect(collector.spans).toEqual([]);
  expect(handedOn).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
});

test('work that throws, or says that it failed, fails its span', async () => {
  const tracer = await open();
  const throwing = tracer.span({ name: 'a', kind: 'server' }, async () => {
    throw new Error('no such table');
  });
  await expect(throwing).rejects.toThrow('no such table');
  await tracer.span({ name: 'b', kind: 'server' }, async ({ fail }) => fail('503'));
  await tracer.close();
  expect(collector.spans.map(({ status }) => status)).toEqual([
    { code: 2, message: 'no such table' },
    { code: 2, message: '503' },
  ]);
});

test('no one who takes the spans: the work is done, and closing does not fail', async () => {
  const tracer = await open({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
  expect(await tracer.span({ name: 'a', kind: 'server' }, async () => 'done')).toBe('done');
  await tracer.close();
});

test('without an endpoint nothing is sent, and a trace is handed on as it came', async () => {
  const tracer = await open({});
  const span = { name: 'a', kind: 'server', traceparent: TRACEPARENT } as const;
  expect(await tracer.span(span, async ({ traceparent }) => traceparent)).toBe(TRACEPARENT);
  const describe = (traceparent: string | undefined) => ({ ...span, traceparent });
  const handedOn = await tracer.spans([TRACEPARENT, undefined], describe, async (traced) =>
    traced.map((one) => one.span.traceparent),
  );
  expect(handedOn).toEqual([TRACEPARENT, undefined]);
  await tracer.close();
  expect(collector.spans).toEqual([]);
});
