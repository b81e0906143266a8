import type { ManagedFunction } from '../functions/managed-function.ts';
import type { Metrics } from '../metrics.ts';
import { callHeaders } from './headers.ts';

/**
 * Invokes a function with an empty POST and drops what it answers.
 * @returns the status of the answer.
 * @throws Error where no replica is ready or the replica broke off.
 */
export async function callEmpty(fn: ManagedFunction, metrics: Metrics): Promise<number> {
  const replica = fn.next([]);
  if (!replica?.pool) throw new Error(`No replica of ${fn.name} is ready`);
  const observe = metrics.observeInvocation(fn.name);
  const release = replica.occupy();
  fn.invocations += 1;
  let status = 502;
  try {
    const { statusCode, body } = await replica.pool.request({
      method: 'POST',
      path: '/',
      headers: { ...callHeaders({}), 'Content-Length': '0' },
      headersTimeout: fn.timeouts.answer,
      bodyTimeout: fn.timeouts.body,
    });
    status = statusCode;
    await body.dump();
    return status;
  } finally {
    release();
    observe(status);
  }
}
