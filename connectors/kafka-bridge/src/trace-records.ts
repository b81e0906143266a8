import { messageAttributes } from '@movie-rental/connector-kit/messaging';
import type { SpanOptions, Traced, Tracer } from '@movie-rental/runtime/tracing';
import type { MovieRecord } from './movie-event.ts';

/** Where records were read from, and by which group. */
export interface RecordsSource {
  topic: string;
  groupId: string;
  partition: number;
}

/**
 * Handles records with a span for each, in the trace of the event. They are handled together, so
 * each span lasts as long as all of them do.
 */
export function traceRecords(
  tracer: Tracer,
  records: readonly MovieRecord[],
  source: RecordsSource,
  handle: (traced: readonly Traced<MovieRecord>[]) => Promise<void>,
): Promise<void> {
  return tracer.spans(records, (record) => spanOf(record, source), handle);
}

function spanOf({ headers, offset, type }: MovieRecord, source: RecordsSource): SpanOptions {
  return {
    name: `handle ${type}`,
    kind: 'consumer',
    traceparent: headers.traceparent,
    attributes: {
      ...messageAttributes({
        system: 'kafka',
        destination: source.topic,
        operation: 'handle',
        id: headers.ce_id,
      }),
      'messaging.consumer.group.name': source.groupId,
      'messaging.destination.partition.id': String(source.partition),
      'messaging.kafka.offset': Number(offset),
    },
  };
}
