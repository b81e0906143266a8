/** Whether a version (`8.0.36`, `1:25.2`, `9.7.4-2`) is at least the one that is asked for (`8`, `3.10`). */
export function isAtLeast(version: string, oldest: string): boolean {
  const has = numbers(version);
  const needs = numbers(oldest);
  for (const [index, need] of needs.entries()) {
    const part = has[index] ?? 0;
    if (part !== need) return part > need;
  }
  return true;
}

function numbers(version: string): number[] {
  const upstream = version.replace(/^\d+:/, '').match(/^\d+(?:\.\d+)*/)?.[0] ?? '';
  return upstream === '' ? [] : upstream.split('.').map(Number);
}
