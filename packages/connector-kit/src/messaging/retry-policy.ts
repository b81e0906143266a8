import { DELAY_QUEUES, type DelayQueue } from './topology.ts';

/** How a call ended: with a status, or without any answer after it was under way. */
export type CallOutcome = { status: number } | { failure: string };

/** `done`: nothing left to do. `again`: later it may well succeed. `never`: it cannot succeed. */
export type Verdict = 'done' | 'again' | 'never';

/** Of the 4xx, those that speak of the moment and not of the message. */
const PASSING_STATUSES = new Set([408, 409, 429]);

/** What a call's outcome means for the message that it was made for. */
export function verdictOn(outcome: CallOutcome): Verdict {
  if ('failure' in outcome) return 'again';
  const { status } = outcome;
  if (status >= 200 && status < 300) return 'done';
  if (status >= 400 && status < 500 && !PASSING_STATUSES.has(status)) return 'never';
  return 'again';
}

/** Where a message waits that has failed so many times already; undefined once tries are spent. */
export function nextDelay(failures: number): DelayQueue | undefined {
  return DELAY_QUEUES[failures];
}
