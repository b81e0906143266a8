import { z } from 'zod';

/** Below it, a stolen table of hashes is too cheap to search. */
const MIN_COST = 10;
/** Some five seconds a hash: beyond it no request could wait for one. */
const MAX_COST = 16;

/** The environment that a function which hashes passwords reads beside its own. */
export const passwordConfig = {
  /** bcrypt's cost: a hash takes 2^cost rounds. Where it changed, each login renews the user's hash. */
  BCRYPT_COST: z.coerce.number().int().min(MIN_COST).max(MAX_COST).default(12),
  /** Hashes that one replica computes at once. */
  PASSWORD_THREADS: z.coerce.number().int().min(1).max(64).default(2),
};
