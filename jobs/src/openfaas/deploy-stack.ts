import { setTimeout as sleep } from 'node:timers/promises';
import {
  deployFunction,
  functionLog,
  functionStatus,
  type Gateway,
  GatewayError,
  putSecret,
} from './client.ts';
import type { Deployment } from './stack.ts';

const READY_TIMEOUT_MS = 60_000;
const PAUSE_MS = 100;
const LOG_LINES = 5;

/**
 * Deploys functions with their secrets and waits until each has a replica that is ready.
 *
 * @param secrets by name; every secret that a deployment names must be among them or with the gateway
 * @throws GatewayError if the gateway refuses, or a function is not ready in time
 */
export async function deployStack(
  gateway: Gateway,
  deployments: readonly Deployment[],
  secrets: Readonly<Record<string, string>>,
): Promise<void> {
  await Promise.all(
    Object.entries(secrets).map(([name, value]) => putSecret(gateway, name, value)),
  );
  await Promise.all(deployments.map((deployment) => deployFunction(gateway, deployment)));
  await Promise.all(deployments.map(({ service }) => untilAvailable(gateway, service)));
}

async function untilAvailable(gateway: Gateway, name: string): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    const isOver = Date.now() > deadline;
    const status = await functionStatus(gateway, name).catch((error: unknown) => {
      // One of several gateways may be away for a moment.
      if (isOver || error instanceof GatewayError) throw error;
      return undefined;
    });
    if ((status?.availableReplicas ?? 0) >= 1) return;
    if (isOver) {
      const log = await functionLog(gateway, name, LOG_LINES);
      const seconds = READY_TIMEOUT_MS / 1000;
      throw new GatewayError(`function ${name} has no ready replica after ${seconds} s\n${log}`);
    }
    await sleep(PAUSE_MS);
  }
}
