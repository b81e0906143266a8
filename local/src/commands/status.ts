import { parseArgs } from 'node:util';
import { type Endpoints, readEndpoints } from '../instance/endpoints.ts';
import { DEFAULT_INSTANCE } from '../instance/instance.ts';

/** Prints where everything answers, passwords included; with `--json` as one JSON object. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      instance: { type: 'string', default: DEFAULT_INSTANCE },
      json: { type: 'boolean', default: false },
    },
  });
  const endpoints = await readEndpoints(values.instance);
  console.log(values.json ? JSON.stringify(endpoints) : table(endpoints));
  return 0;
}

function table({ url, admin, gateway, mysql, kafka, rabbitmq }: Endpoints): string {
  const rows = [
    ['shop', url],
    ['administrator', `${admin.username} / ${admin.password}`],
    ['gateway', gateway.url],
    ['', `${gateway.username} / ${gateway.password}`],
    ['MySQL', mysql.url],
    ['Kafka', kafka.brokers],
    ['RabbitMQ', rabbitmq.url],
    ['', rabbitmq.management],
  ];
  return rows.map(([name = '', value = '']) => `${name.padEnd(15)}${value}`).join('\n');
}
