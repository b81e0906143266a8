import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DockerBench } from '../docker-bench.ts';
import { ProviderBench } from '../running-provider.ts';
import type { Subject } from './case.ts';
import { deploying, refused, removing, scalingCases } from './functions.ts';
import { invoking, logs } from './invoking.ts';
import { credentials, information } from './open.ts';
import { runContract } from './run-contract.ts';
import { secrets } from './secrets.ts';

const docker = new DockerBench();
const { image: IMAGE } = docker;
const bench = new ProviderBench(docker);
const subject = (): Subject => ({ url: bench.url, ...bench.credentials, image: IMAGE });

beforeAll(async () => {
  await bench.build();
  await bench.start();
});
afterAll(() => bench.close());

describe('credentials', () => runContract(subject, credentials));
describe('information', () => runContract(subject, information));
describe('secrets', () => runContract(subject, secrets(IMAGE)));
describe('deploying', () => runContract(subject, deploying(IMAGE)));
describe('what cannot be deployed', () => runContract(subject, refused(IMAGE)));
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
    orchestration: 'docker',
    version: { sha: expect.any(String), release: expect.any(String), commit_message: '' },
  });
});
