import type { Consumption } from '../drivers/driver.ts';

/** What a function uses, as faas-provider describes it (`FunctionUsage`). */
export interface Usage {
  /** Thousandths of a processor. */
  readonly cpu: number;
  readonly totalMemoryBytes: number;
}

/** From what a replica has consumed at one moment and another to what it uses. */
export class UsageMeter {
  #at = performance.now();
  #cpuSeconds = 0;

  /** Its use since the last call, or since it started. */
  read({ cpuSeconds, memoryBytes }: Consumption): Usage {
    const now = performance.now();
    const seconds = Math.max(0.001, (now - this.#at) / 1_000);
    const cpu = Math.max(0, Math.round((1_000 * (cpuSeconds - this.#cpuSeconds)) / seconds));
    this.#at = now;
    this.#cpuSeconds = cpuSeconds;
    return { cpu, totalMemoryBytes: memoryBytes };
  }
}

/** What several replicas use together. */
export function totalUsage(usages: readonly Usage[]): Usage {
  return usages.reduce(
    (total, { cpu, totalMemoryBytes }) => ({
      cpu: total.cpu + cpu,
      totalMemoryBytes: total.totalMemoryBytes + totalMemoryBytes,
    }),
    { cpu: 0, totalMemoryBytes: 0 },
  );
}
