/**
 * The order of the end, highest first: whoever uses a thing ends before it. Functions hold no connection to
 * a broker, so brokers may end while functions finish their work.
 */
export const STAGE = {
  nginx: 4,
  connectors: 3,
  provider: 2,
  brokers: 2,
  database: 1,
  epmd: 0,
} as const;
