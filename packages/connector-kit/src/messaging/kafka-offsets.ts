import type { Admin, Kafka } from 'kafkajs';

/** Coordinators are looked up again, which fails for a moment here and there. */
const RETRY = { retries: 5, initialRetryTime: 100, maxRetryTime: 1_000 };

/** A partition that has never been committed. */
const NOTHING_COMMITTED = '-1';

/** By partition, the offset after its last record; partitions without any are left out. */
export function topicEnds(kafka: Kafka, topic: string): Promise<Map<number, bigint>> {
  return withAdmin(kafka, async (admin) => {
    const offsets = await admin.fetchTopicOffsets(topic);
    return new Map(
      offsets
        .filter(({ low, high }) => BigInt(high) > BigInt(low))
        .map(({ partition, high }) => [partition, BigInt(high)]),
    );
  });
}

/** How many records of a topic a group has not committed yet. */
export function groupLag(kafka: Kafka, topic: string, groupId: string): Promise<number> {
  return withAdmin(kafka, async (admin) => {
    // In this order: the group may only seem to be further behind than it is.
    const [committed] = await committedOffsets(admin, topic, groupId);
    const ends = await admin.fetchTopicOffsets(topic);
    return ends.reduce((lag, { partition, low, high }) => {
      const found = committed?.partitions.find((one) => one.partition === partition)?.offset;
      const next = found === undefined || found === NOTHING_COMMITTED ? low : found;
      return lag + Number(BigInt(high) - BigInt(next));
    }, 0);
  });
}

async function committedOffsets(admin: Admin, topic: string, groupId: string) {
  // kafkajs finds no coordinator before it has once asked for topics.
  await admin.listTopics();
  return admin.fetchOffsets({ groupId, topics: [topic] });
}

/** Makes the broker forget a group that no one is in. */
export function deleteGroup(kafka: Kafka, groupId: string): Promise<void> {
  return withAdmin(kafka, async (admin) => {
    await admin.listTopics();
    await admin.deleteGroups([groupId]);
  });
}

async function withAdmin<Result>(kafka: Kafka, work: (admin: Admin) => Promise<Result>) {
  const admin = kafka.admin({ retry: RETRY });
  await admin.connect();
  return work(admin).finally(() => admin.disconnect());
}
