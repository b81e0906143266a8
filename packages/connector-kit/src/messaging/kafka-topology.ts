import type { Kafka } from 'kafkajs';
import { MOVIES_PARTITIONS } from './topology.ts';

/** The broker's own default, so that one broker and many are both right. */
const DEFAULT_REPLICATION = -1;

/** Makes the topic of movie events where it is not there. Compacted: each movie's last event stays. */
export async function ensureMoviesTopic(kafka: Kafka, topic: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    if ((await admin.listTopics()).includes(topic)) return;
    await admin.createTopics({
      topics: [
        {
          topic,
          numPartitions: MOVIES_PARTITIONS,
          replicationFactor: DEFAULT_REPLICATION,
          configEntries: [{ name: 'cleanup.policy', value: 'compact' }],
        },
      ],
    });
  } finally {
    await admin.disconnect();
  }
}
