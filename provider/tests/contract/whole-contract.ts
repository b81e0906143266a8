import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ProviderBench } from '../running-provider.ts';
import type { Subject } from './case.ts';
import { deploying, refused, removing, scalingCases } from './functions.ts';
import { invoking, logs } from './invoking.ts';
import { credentials, information } from './open.ts';
import { runContract } from './run-contract.ts';
import { secrets } from './secrets.ts';

interface ContractOptions {
  readonly bench: ProviderBench;
  /** The probe's image, as this driver's deployments name it. */
  readonly image: string;
  /** The driver's name, as the provider tells it. */
  readonly orchestration: string;
}

/** Tests the whole contract against a fresh provider. */
export function wholeContract({ bench, image, orchestration }: ContractOptions): void {
  const subject = (): Subject => ({ url: bench.url, ...bench.credentials, image });
  beforeAll(async () => {
    await bench.build();
    await bench.start();
  });
  afterAll(() => bench.close());

  describe('credentials', () => runContract(subject, credentials));
  describe('information', () => runContract(subject, information));
  describe('secrets', () => runContract(subject, secrets(image)));
  describe('deploying', () => runContract(subject, deploying(image)));
  describe('what cannot be deployed', () => runContract(subject, refused(image)));
  describe('invoking', () => runContract(subject, invoking));
  describe('logs', () => runContract(subject, logs));
  describe('scaling', () => runContract(subject, scalingCases));
  describe('removing', () => runContract(subject, removing));

  test("behind OpenFaaS's own gateway, information is the provider's own", async () => {
    await bench.stop();
    await bench.start({ GATEWAY_IN_FRONT: 'true' });
    const info = await (await bench.system('GET', 'info')).json();
    expect(info).toEqual({
      provider: expect.any(String),
      orchestration,
      version: { sha: expect.any(String), release: expect.any(String), commit_message: '' },
    });
  });
}
