interface DescribedMessage {
  system: 'kafka' | 'rabbitmq';
  /** The topic or queue; where something is published in RabbitMQ, `exchange:routing key`. */
  destination: string;
  operation: 'publish' | 'handle';
  id: string | undefined;
}

const OPERATION_TYPES = { publish: 'send', handle: 'process' } as const;

/** What a span says of its message, by OpenTelemetry's semantic conventions for messaging spans. */
export function messageAttributes({ system, destination, operation, id }: DescribedMessage) {
  return {
    'messaging.system': system,
    'messaging.destination.name': destination,
    'messaging.operation.name': operation,
    'messaging.operation.type': OPERATION_TYPES[operation],
    ...(id !== undefined && { 'messaging.message.id': id }),
  };
}
