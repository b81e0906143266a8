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
 * A negative one is none here, as nothing can be limited to it.
 * @throws Error where it is none.
 */
export function parseQuantity(text: string): number {
  const [, number = '', exponent = '0', suffix = ''] = QUANTITY.exec(text) ?? [];
  const factor = FACTORS[suffix];
  if (number === '' || factor === undefined) {
    throw new Error(`"${text}" is no quantity such as 384Mi, 128M, 50m or 0.5`);
  }
  return Number(number) * 10 ** Number(exponent) * factor;
}
