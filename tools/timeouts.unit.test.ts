import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { parseDuration } from 'node18-typescript/duration';
import { timeoutsOf } from '../provider/src/functions/timeouts.ts';
import { readStack } from './stack.ts';

const read = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8');

const { functions } = readStack(fileURLToPath(new URL('../stack.yml', import.meta.url)), {});

/** The shortest that Nginx waits for an answer of any function. */
function nginxWaits(): number {
  const waits = [...read('nginx/nginx.conf.template').matchAll(/proxy_read_timeout (\w+);/g)];
  if (waits.length === 0) throw new Error('Nginx has no proxy_read_timeout of its own');
  return Math.min(...waits.map(([, wait = '']) => parseDuration(wait)));
}

/** Where they do not agree, a client is told of a time-out by who knows least about it. */
test.each(Object.entries(functions))(
  'timeouts agree along the path of %s (openfaas/faas#608, #1016, #1688)',
  (_name, { environment }) => {
    const time = (name: string) => parseDuration(environment[name] ?? '');
    const exec = time('exec_timeout');
    expect(exec).toBeLessThanOrEqual(time('write_timeout'));
    expect(time('healthcheck_interval')).toBeLessThanOrEqual(time('write_timeout'));
    const provider = timeoutsOf({ envVars: environment } as Parameters<typeof timeoutsOf>[0]);
    expect(provider.answer).toBeGreaterThan(exec);
    expect(provider.body).toBeGreaterThan(time('write_timeout'));
    expect(nginxWaits()).toBeGreaterThan(time('write_timeout'));
  },
);
