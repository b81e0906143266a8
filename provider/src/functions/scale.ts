import type { FunctionSpec } from '../function-spec.ts';
import { Refusal } from '../refusal.ts';

const DEFAULT_MIN = 1;
/** The gateway's own default. */
const DEFAULT_MAX = 20;

/** The bounds that a function's labels set; the lower is what it is deployed with. */
export function scaleBounds({ labels }: FunctionSpec): { min: number; max: number } {
  const min = bound(labels, 'com.openfaas.scale.min', DEFAULT_MIN);
  const max = bound(labels, 'com.openfaas.scale.max', Math.max(DEFAULT_MAX, min));
  if (min > max) throw new Refusal(400, 'com.openfaas.scale.min is above com.openfaas.scale.max');
  return { min, max };
}

/** How many replicas a function keeps when it is deployed anew while it runs `replicas`. */
export function rescale(spec: FunctionSpec, replicas: number): number {
  const { min, max } = scaleBounds(spec);
  return Math.min(max, Math.max(min, replicas));
}

function bound(labels: FunctionSpec['labels'], name: string, fallback: number): number {
  const text = labels[name];
  if (text === undefined) return fallback;
  if (!/^\d{1,3}$/.test(text)) throw new Refusal(400, `The label ${name} is not a whole number`);
  return Number(text);
}
