import type { FunctionSpec } from '../../function-spec.ts';
import { Refusal } from '../../refusal.ts';

/** The least that the engine allows a container. */
const LEAST_MEMORY = 6 * 2 ** 20;
/** The lowest processor limit that Linux supports. */
const LEAST_PROCESSORS = 0.01;
/** The weight that one whole processor has, as in Kubernetes. */
const SHARES_A_PROCESSOR = 1_024;
const LEAST_SHARES = 2;

/** The resources of a container, by the engine's names; bytes, and 10⁻⁹ processors. */
export interface Resources {
  readonly Memory?: number;
  readonly MemorySwap?: number;
  readonly NanoCpus?: number;
  readonly MemoryReservation?: number;
  readonly CpuShares?: number;
}

/**
 * A function's limits and requests, as its containers' resources.
 * @param processors of the machine: the engine refuses a higher limit.
 * @throws Refusal 400 that names the invalid one.
 */
export function resourcesOf({ limits, requests }: FunctionSpec, processors: number): Resources {
  const memory = quantity('limits.memory', limits?.memory);
  const reserved = quantity('requests.memory', requests?.memory);
  const most = quantity('limits.cpu', limits?.cpu);
  const share = quantity('requests.cpu', requests?.cpu);
  if (memory !== undefined && memory < LEAST_MEMORY) {
    throw new Refusal(400, 'limits.memory: a container needs 6Mi at least');
  }
  if (memory !== undefined && reserved !== undefined && reserved > memory) {
    throw new Refusal(400, 'requests.memory is above limits.memory');
  }
  return {
    // MemorySwap includes the memory, so this allows no swap.
    ...(memory && { Memory: Math.floor(memory), MemorySwap: Math.floor(memory) }),
    ...(reserved && reserved >= LEAST_MEMORY && { MemoryReservation: Math.floor(reserved) }),
    ...(most && { NanoCpus: Math.round(within(most, processors) * 1e9) }),
    ...(share && { CpuShares: Math.max(LEAST_SHARES, Math.round(share * SHARES_A_PROCESSOR)) }),
  };
}

function within(wanted: number, processors: number): number {
  return Math.min(processors, Math.max(LEAST_PROCESSORS, wanted));
}

function quantity(name: string, text: string | undefined): number | undefined {
  if (!text) return undefined;
  try {
    return parseQuantity(text);
  } catch (error) {
    throw new Refusal(400, `${name}: ${(error as Error).message}`);
  }
}

const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};
const QUANTITY = /^(\d+(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d{1,2})|([a-zA-Z]{0,2}))$/;

/**
 * Reads a Kubernetes quantity: `384Mi`, `128M`, `50m`, `0.5`, `1e3`
 * (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/).
 * Negative ones are not accepted.
 * @throws Error if it is not a quantity.
 */
export function parseQuantity(text: string): number {
  const [, number = '', exponent = '0', suffix = ''] = QUANTITY.exec(text) ?? [];
  const factor = FACTORS[suffix];
  if (number === '' || factor === undefined) {
    throw new Error(`"${text}" is no quantity such as 384Mi, 128M, 50m or 0.5`);
  }
  return Number(number) * 10 ** Number(exponent) * factor;
}
