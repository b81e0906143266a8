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
  const parts = await openControl(instanceOf(values.instance))
    .state()
    .then((state) => state.parts)
    .catch((): Part[] => []);
  if (values.json) console.log(JSON.stringify({ ...endpoints, parts }));
  else console.log(`${table(addressRows(endpoints))}\n\n${table(partRows(parts))}`);
  return 0;
}

/** Columns as wide as their widest cell. */
function table(rows: readonly string[][]): string {
  const widths = (rows[0] ?? []).map((_cell, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}

function addressRows({ url, admin, gateway, mysql, kafka, rabbitmq }: Endpoints): string[][] {
  return [
    ['shop', url],
    ['administrator', `${admin.username} / ${admin.password}`],
    ['gateway', gateway.url],
    ['', `${gateway.username} / ${gateway.password}`],
    ['MySQL', mysql.url],
    ['Kafka', kafka.brokers],
    ['RabbitMQ', rabbitmq.url],
    ['', rabbitmq.management],
  ];
}

function partRows(parts: readonly Part[]): string[][] {
  const rows = parts.map(({ name, status, pid, since, restarts }) => [
    ...[name, status, String(pid ?? '-'), since, String(restarts)],
  ]);
  return [['PART', 'STATUS', 'PROCESS', 'SINCE', 'RESTARTS'], ...rows];
}
