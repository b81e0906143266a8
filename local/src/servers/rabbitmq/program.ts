import { join } from 'node:path';
import type { Instance } from '../../instance/instance.ts';
import { cleanEnvironment } from '../../process/run.ts';
import type { ServiceSpec } from '../../process/service.ts';
import { brokerFiles, brokerVariables } from './settings.ts';
import type { RabbitmqProgram } from './software.ts';

/** The ports by which the broker's own tools would find it. */
type ErlangPorts = { readonly distribution: number; readonly epmd: number };

/** What the release's own start script hands to Erlang; that script itself breaks on a space in a path. */
const ERLANG_ARGUMENTS = [
  ...['-noinput', '-s', 'rabbit', 'boot', '-boot', 'start_sasl', '+W', 'w', '+B', 'i'],
  ...['+sbwt', 'none', '+sbwtdcpu', 'none', '+sbwtdio', 'none'],
  ...['-syslog', 'logger', '[]', '-syslog', 'syslog_error_logger', 'false'],
  ...['-kernel', 'prevent_overlapping_partitions', 'false'],
  ...['-kernel', 'inet_dist_use_interface', '{127,0,0,1}'],
];

/** How the broker runs as a process of this machine. */
export function brokerProgram(
  instance: Instance,
  software: RabbitmqProgram,
  { distribution, epmd }: ErlangPorts,
): Pick<ServiceSpec, 'command' | 'env'> {
  return {
    command: [join(software.erlang, 'erl'), ...ERLANG_ARGUMENTS],
    env: {
      ...cleanEnvironment(),
      ...software.env,
      ...brokerVariables(brokerFiles(instance)),
      PATH: `${software.erlang}:${process.env.PATH ?? ''}`,
      ERL_EPMD_PORT: String(epmd),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      ERL_MAX_ETS_TABLES: '50000',
      ERL_LIBS: join(software.home, 'plugins'),
      RABBITMQ_HOME: software.home,
      RABBITMQ_DIST_PORT: String(distribution),
    },
  };
}

/** Erlang's port mapper, which would otherwise stay behind when the broker ends. */
export function portMapper(
  instance: Instance,
  software: RabbitmqProgram,
  port: number,
): ServiceSpec {
  return {
    name: 'epmd',
    command: [join(software.erlang, 'epmd'), '-address', '127.0.0.1', '-port', String(port)],
    env: { ...cleanEnvironment(), ...software.env },
    log: join(instance.logs, 'epmd.log'),
  };
}
