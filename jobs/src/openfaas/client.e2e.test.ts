import { describe, expect, test } from '@jest/globals';
import { testStack } from '@movie-rental/testkit';
import { deployFunction, functionLog, functionStatus, GatewayError, putSecret } from './client.ts';
import type { Deployment } from './stack.ts';

const { gateway } = testStack();

const unknownImage: Deployment = {
  service: 'not-there',
  image: 'example/not-there:latest',
  envProcess: '',
  envVars: {},
  labels: {},
  annotations: {},
  constraints: [],
  secrets: [],
  readOnlyRootFilesystem: false,
};

describe('a gateway', () => {
  test('tells that a deployed function has a ready replica', async () => {
    const status = await functionStatus(gateway, 'movie-crud');
    expect(status?.availableReplicas).toBeGreaterThanOrEqual(1);
  });

  test('does not know a function that was never deployed', async () => {
    expect(await functionStatus(gateway, 'not-there')).toBeUndefined();
  });

  test('takes a new secret, and its next value', async () => {
    await putSecret(gateway, 'local-test', 'one');
    await putSecret(gateway, 'local-test', 'two');
  });

  test('refuses to deploy what it has no bundle for, with the reason', async () => {
    const deployed = deployFunction(gateway, unknownImage);
    await expect(deployed).rejects.toThrow(GatewayError);
    await expect(deployed).rejects.toThrow(/function not-there: the gateway answered 400 .+/);
  });

  test('refuses a wrong password', async () => {
    const stranger = { ...gateway, password: 'wrong' };
    await expect(putSecret(stranger, 'local-test', 'three')).rejects.toThrow('answered 401');
  });

  test('has the log of a function', async () => {
    expect(typeof (await functionLog(gateway, 'movie-crud', 5))).toBe('string');
  });
});
