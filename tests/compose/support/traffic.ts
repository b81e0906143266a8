/** How often each status was seen; what failed without an answer counts as 0. */
export type Statuses = Readonly<Record<number, number>>;

/** Requests that go on until they are stopped. */
export type Traffic = { stop(): Promise<Statuses> };

/** Sends a request again and again, one at a time. */
export function traffic(request: () => Promise<{ status: number }>): Traffic {
  const statuses: Record<number, number> = {};
  let stopped = false;
  const ended = (async () => {
    while (!stopped) {
      const status = await request().then(
        (reply) => reply.status,
        () => 0,
      );
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      await ended;
      return statuses;
    },
  };
}
