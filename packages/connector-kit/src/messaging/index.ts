export { fromAmqp, fromKafka, toAmqp } from './broker-headers.ts';
export { type HeaderTexts, type OutgoingEvent, traceOf } from './event.ts';
export { createKafka, type KafkaAccess } from './kafka-client.ts';
export { consumeTopic, type KafkaConsumerOptions, type KafkaRecord } from './kafka-consumer.ts';
export { deleteGroup, groupLag, topicEnds } from './kafka-offsets.ts';
export { kafkaPublisher } from './kafka-publisher.ts';
export {
  KAFKA_SECRETS,
  KAFKA_SETTINGS,
  type KafkaSettings,
  kafkaAccess,
  withCredentials,
} from './kafka-settings.ts';
export { ensureMoviesTopic } from './kafka-topology.ts';
export { messageAttributes } from './message-attributes.ts';
export { MessageRefused, type Publisher } from './publisher.ts';
export {
  consumeQueues,
  type QueueHandler,
  type QueueMessage,
  type RabbitConsumerOptions,
  type Settlement,
} from './rabbit-consumer.ts';
export { rabbitPublisher } from './rabbit-publisher.ts';
export { openRabbitSession, type RabbitSession } from './rabbit-session.ts';
export { type CallOutcome, nextDelay, type Verdict, verdictOn } from './retry-policy.ts';
export {
  DELAY_QUEUES,
  MOVIES_TOPIC,
  RENTALS_EXCHANGE,
  SEND_EMAIL_DEAD_QUEUE,
  SEND_EMAIL_QUEUE,
} from './topology.ts';
