import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import type { Driver } from '../drivers/driver.ts';
import { FunctionSpec } from '../function-spec.ts';
import { Preparation } from './registry.ts';

const spec = FunctionSpec.parse({ service: 'slow', image: 'slow:v1' });
const stuck = {
  prepare: async (_spec, signal) => {
    await once(signal, 'abort');
    throw signal.reason;
  },
} as Pick<Driver, 'prepare'> as Driver;

test('what takes too long is given up, and the refusal names the image', async () => {
  const preparing = new Preparation(stuck, 20).prepare(spec);
  await expect(preparing).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining('slow:v1'),
  });
});

test('when the provider ends, what is on its way is given up, and what comes later', async () => {
  const preparation = new Preparation(stuck);
  const preparing = preparation.prepare(spec);
  preparation.close();
  await expect(preparing).rejects.toMatchObject({ status: 503 });
  await expect(preparation.prepare(spec)).rejects.toMatchObject({ status: 503 });
});
