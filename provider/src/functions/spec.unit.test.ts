import { expect, test } from '@jest/globals';
import { FunctionSpec } from '../function-spec.ts';
import { rescale, scaleBounds } from './registry.ts';
import { timeoutsOf } from './timeouts.ts';

const spec = (options: object = {}) => FunctionSpec.parse({ service: 'a', image: 'i', ...options });
const scaled = (min?: string, max?: string) =>
  spec({
    labels: {
      ...(min && { 'com.openfaas.scale.min': min }),
      ...(max && { 'com.openfaas.scale.max': max }),
    },
  });

test('what faas-cli leaves out or sends as null is nothing', () => {
  const sent = { labels: null, envVars: null, secrets: null, limits: null, namespace: '' };
  expect(spec(sent)).toMatchObject({ labels: {}, envVars: {}, secrets: [], annotations: {} });
});

test.each(['', '-a', 'A', 'a.b', '../a', 'a'.repeat(64)])('"%s" is no name', (service) => {
  expect(FunctionSpec.safeParse({ service, image: 'i' }).success).toBe(false);
});

test('bounds come from the labels', () => {
  expect(scaleBounds(spec())).toEqual({ min: 1, max: 20 });
  expect(scaleBounds(scaled('2', '5'))).toEqual({ min: 2, max: 5 });
  expect(scaleBounds(scaled('30'))).toEqual({ min: 30, max: 30 });
  expect(() => scaleBounds(scaled('3', '2'))).toThrow(/above/);
  expect(() => scaleBounds(scaled('-1'))).toThrow(/scale\.min/);
});

test('a redeploy keeps the replicas within the bounds', () => {
  expect([0, 1, 3, 9].map((replicas) => rescale(scaled('1', '5'), replicas))).toEqual([1, 1, 3, 5]);
});

test('the provider waits a little longer than the function', () => {
  const envVars = { read_timeout: '1s', exec_timeout: '1m', write_timeout: '3s' };
  expect(timeoutsOf(spec({ envVars }))).toMatchObject({
    answer: 63_000,
    body: 5_000,
    drain: 65_000,
  });
  expect(timeoutsOf(spec())).toEqual({
    answer: 22_000,
    body: 12_000,
    drain: 22_000,
    healthCheck: 10_000,
  });
  expect(timeoutsOf(spec({ envVars: { exec_timeout: '0' } }))).toMatchObject({ answer: 0 });
  expect(() => timeoutsOf(spec({ envVars: { exec_timeout: 'soon' } }))).toThrow(/exec_timeout/);
});
