/** What a worker thread is asked for. */
export type Job =
  | { kind: 'hash'; password: string; cost: number }
  | { kind: 'verify'; password: string; hash: string };
