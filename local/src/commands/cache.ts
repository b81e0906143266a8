import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connectorEnvironment } from '../bringup/application.ts';
import { connectorSettings, readExternals } from '../bringup/external.ts';
import { onStopSignals } from '../bringup/supervise.ts';
import { bundlesOf, INSTANCE_OPTION, instanceOf } from '../instance/instance.ts';
import { readEndpoints } from '../instance/state.ts';

const USAGE = `npm run cache -- verify     compare movies_cache with movie; 1 if they differ
npm run cache -- rebuild    rebuild movies_cache from Kafka, and repair it from movie`;

/** Looks after `movies_cache`, by the connector that keeps it; 1 if the cache differs in the end. */
export async function run(args: string[]): Promise<number> {
  const options = { args, allowPositionals: true, options: INSTANCE_OPTION } as const;
  const { values, positionals } = parseArgs(options);
  if (!/^(verify|rebuild)$/.test(positionals.join(' '))) throw new Error(USAGE);
  const instance = instanceOf(values.instance);
  const settings = connectorSettings(readExternals(process.env), process.env);
  const connections = { ...(await readEndpoints(values.instance)), settings };
  const bundle = join(bundlesOf(instance), 'connectors', 'kafka-bridge.mjs');
  const child = spawn(process.execPath, ['--enable-source-maps', bundle, ...positionals], {
    env: { LOG_LEVEL: 'warn', ...connectorEnvironment(instance, connections) },
    stdio: 'inherit',
  });
  onStopSignals(
    () => child.kill('SIGTERM'),
    () => child.kill('SIGKILL'),
  );
  const [code] = await once(child, 'exit');
  return (code as number | null) ?? 1;
}
