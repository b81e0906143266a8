import { createHealth, type Health } from '@movie-rental/connector-kit';
import * as kafkaBridge from '../../../connectors/kafka-bridge/src/progress.ts';
import { AGGREGATES } from '../../../connectors/outbox-relay/src/outbox-sql.ts';
import * as outboxRelay from '../../../connectors/outbox-relay/src/progress.ts';
import * as rabbitNotifier from '../../../connectors/rabbit-notifier/src/progress.ts';
import { Metrics as ProviderMetrics } from '../../../provider/src/metrics.ts';

/** The gateway's own, of openfaas/faas gateway/metrics/metrics.go at 0.27. */
const GATEWAY = [
  'gateway_function_invocation_started',
  'gateway_function_invocation_total',
  'gateway_functions_seconds_bucket',
  'gateway_functions_seconds_count',
  'gateway_functions_seconds_sum',
  'gateway_service_count',
];

/** Of the families that are asked for: https://www.rabbitmq.com/docs/prometheus#detailed-endpoint */
const RABBITMQ = [
  'rabbitmq_detailed_queue_consumers',
  'rabbitmq_detailed_queue_messages',
  'rabbitmq_detailed_queue_messages_ready',
  'rabbitmq_detailed_queue_messages_unacked',
];

/** By scrape job, the names of the series that it brings. */
export async function exportedMetrics(): Promise<Record<string, ReadonlySet<string>>> {
  const connector = (track: (health: Health) => void) => {
    const health = createHealth(new AbortController().signal);
    health.metrics.addProcess();
    track(health);
    return health.metrics.text().then(seriesIn);
  };
  return {
    gateway: new Set(GATEWAY),
    rabbitmq: new Set(RABBITMQ),
    provider: seriesIn(await providerText()),
    'outbox-relay': await connector((health) =>
      outboxRelay.trackProgress(health, AGGREGATES, async () => ({})),
    ),
    'kafka-bridge': await connector(kafkaBridge.trackProgress),
    'rabbit-notifier': await connector(rabbitNotifier.trackProgress),
  };
}

function providerText(): Promise<string> {
  const metrics = new ProviderMetrics();
  metrics.watch({ list: () => [] } as unknown as Parameters<typeof metrics.watch>[0]);
  return metrics.expose();
}

/** Each metric as its series are called: a histogram has three names, and none of its own. */
function seriesIn(text: string): Set<string> {
  const types = text.matchAll(/^# TYPE (\S+) (\S+)$/gm);
  return new Set(
    [...types].flatMap(([, name, type]) =>
      type === 'histogram'
        ? ['bucket', 'count', 'sum'].map((part) => `${name}_${part}`)
        : [name as string],
    ),
  );
}
