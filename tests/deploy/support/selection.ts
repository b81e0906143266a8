import type { Labels, Manifest, PodTemplate, Selector } from './manifests.ts';
import { podsOf } from './manifests.ts';

export function matches({ matchLabels = {} }: Selector, labels: Labels): boolean {
  return Object.entries(matchLabels).every(([name, value]) => labels[name] === value);
}

/** The pods of these manifests that a selector takes; an empty one takes all. */
export function selected(selector: Selector, all: readonly Manifest[]): PodTemplate[] {
  const pods = all.map(podsOf).filter((template) => template !== undefined);
  return pods.filter(({ metadata }) => matches(selector, metadata.labels));
}
