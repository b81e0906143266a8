import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connectorEnvironment } from '../bringup/connectors.ts';
import { kafkaSettings, readExternals } from '../bringup/external.ts';
import { onStopSignals } from '../bringup/supervise.ts';
import { readEndpoints } from '../instance/endpoints.ts';
import { bundlesOf, instanceOf } from '../instance/instance.ts';
import { INSTANCE_OPTION } from '../operation/instance-database.ts';

const USAGE = `npm run cache -- verify     compare movies_cache with movie; 1 where they differ
npm run cache -- rebuild    make movies_cache anew from Kafka, and right from movie`;

const TASKS: readonly string[] = ['verify', 'rebuild'];

/**
 * Looks after `movies_cache`, by the connector that keeps it.
 *
 * @returns its exit code: 1 where the cache differs from `movie` in the end
 */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: INSTANCE_OPTION,
  });
  const [task = '', ...more] = positionals;
  if (!TASKS.includes(task) || more.length > 0) throw new Error(USAGE);
  const instance = instanceOf(values.instance);
  const { gateway, ...servers } = await readEndpoints(values.instance);
  const environment = connectorEnvironment(instance, {
    ...servers,
    gatewayUrl: gateway.url,
    kafkaSettings: kafkaSettings(readExternals(process.env), process.env),
  });
  const bundle = join(bundlesOf(instance), 'connectors', 'kafka-bridge.mjs');
  const child = spawn(process.execPath, ['--enable-source-maps', bundle, task], {
    env: { LOG_LEVEL: 'warn', ...environment },
    stdio: 'inherit',
  });
  onStopSignals(
    () => child.kill('SIGTERM'),
    () => child.kill('SIGKILL'),
  );
  const [code] = await once(child, 'exit');
  return (code as number | null) ?? 1;
}
