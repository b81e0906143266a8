import { expect, test } from '@jest/globals';
import { FunctionSpec } from '../../function-spec.ts';
import { resourcesOf } from './resources.ts';

const resources = (limits: object | null, requests: object | null = null) =>
  resourcesOf(FunctionSpec.parse({ service: 'a', image: 'i', limits, requests }), 4);

test('limits and requests become what the engine knows', () => {
  expect(resources({ memory: '384Mi', cpu: '500m' }, { memory: '96Mi', cpu: '50m' })).toEqual({
    Memory: 402_653_184,
    MemorySwap: 402_653_184,
    NanoCpus: 500_000_000,
    MemoryReservation: 100_663_296,
    CpuShares: 51,
  });
});

test('what is not set, or empty, is not limited', () => {
  expect(resources(null)).toEqual({});
  expect(resources({ memory: '', cpu: '' }, {})).toEqual({});
});

test('a limit of processors is kept within what the engine takes', () => {
  expect(resources({ cpu: '64' })).toEqual({ NanoCpus: 4_000_000_000 });
  expect(resources({ cpu: '1m' })).toEqual({ NanoCpus: 10_000_000 });
  expect(resources(null, { cpu: '1m' })).toEqual({ CpuShares: 2 });
});

test.each([
  [{ memory: 'much' }, {}, /limits\.memory.*"much"/],
  [{ cpu: '-1' }, {}, /limits\.cpu/],
  [{}, { memory: '1MB' }, /requests\.memory/],
  [{}, { cpu: 'x' }, /requests\.cpu/],
  [{ memory: '5Mi' }, {}, /6Mi at least/],
  [{ memory: '64Mi' }, { memory: '128Mi' }, /above/],
])('%j and %j are refused', (limits, requests, message) => {
  expect(() => resources(limits, requests)).toThrow(
    expect.objectContaining({ status: 400, message: expect.stringMatching(message) }),
  );
});
