import { parseArgs } from 'node:util';
import { openControl } from '../instance/control.ts';
import { INSTANCE_OPTION, instanceOf } from '../instance/instance.ts';
import { type Endpoints, readEndpoints } from '../instance/state.ts';
import type { Part } from '../process/supervisor.ts';

/** Prints where everything answers, passwords included, and how each part is; with `--json` as one object. */
export async function run(args: string[]): Promise<number> {
  const options = { ...INSTANCE_OPTION, json: { type: 'boolean' } } as const;
  const { values } = parseArgs({ args, options });
  const endpoints = await readEndpoints(values.instance);
  const supervision = openControl(instanceOf(values.instance)).state();
  // An instance that an older version started tells no parts.
  const { parts } = await supervision.catch(() => ({ parts: [] }));
  console.log(values.json ? JSON.stringify({ ...endpoints, parts }) : table(endpoints, parts));
  return 0;
}

function table(endpoints: Endpoints, parts: readonly Part[]): string {
  const { url, admin, gateway, mysql, kafka, rabbitmq } = endpoints;
  const rows = [
    ['shop', url],
    ['administrator', `${admin.username} / ${admin.password}`],
    ['gateway', gateway.url],
    ['', `${gateway.username} / ${gateway.password}`],
    ['MySQL', mysql.url],
    ['Kafka', kafka.brokers],
    ['RabbitMQ', rabbitmq.url],
    ['', rabbitmq.management],
    [],
    ...parts.map(({ name, status, pid, since, restarts }) => {
      const process = pid === undefined ? '' : `process ${pid} `;
      return [name, `${status.padEnd(9)}${process.padEnd(16)}since ${since}, ${restarts} restarts`];
    }),
  ];
  return rows.map(([name = '', value = '']) => `${name.padEnd(17)}${value}`.trimEnd()).join('\n');
}
