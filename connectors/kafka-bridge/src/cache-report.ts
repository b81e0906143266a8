import type { Difference } from './compare-cache.ts';
import { type Comparison, MAX_DIFFERENCES, type UnderWay } from './lasting-differences.ts';
import type { Rebuild } from './rebuild-cache.ts';

const SHOWN = 20;

/** What a comparison found, in lines for people; `cached` is how many movies the cache holds. */
export function comparisonText({ differences, underWay }: Comparison, cached: number): string {
  if (differences.length === 0) return `movies_cache agrees with movie: ${count(cached, 'movie')}.`;
  const atLeast = differences.length < MAX_DIFFERENCES ? '' : 'at least ';
  const hidden = differences.length - SHOWN;
  return [
    `movies_cache differs from movie in ${atLeast}${count(differences.length, 'movie')}:`,
    ...differences.slice(0, SHOWN).map((difference) => `  ${sentence(difference)}`),
    ...(hidden > 0 ? [`  … and ${atLeast}${hidden} more`] : []),
    ...underWayLines(underWay),
  ].join('\n');
}

/** What a rebuild did, in lines for people. */
export function rebuildText(rebuild: Rebuild, cached: number): string {
  const { records, unusable, repaired, comparison } = rebuild;
  return [
    `Replayed ${count(records, 'event')} from the start of the topic.`,
    ...(unusable > 0 ? [`${count(unusable, 'event')} among them can never be applied.`] : []),
    repaired === 0
      ? 'Nothing had to be repaired.'
      : `Repaired ${count(repaired, 'movie')} that the topic does not have as movie does.`,
    comparisonText(comparison, cached),
  ].join('\n');
}

function sentence({ id, kind, version, cached_version }: Difference): string {
  switch (kind) {
    case 'missing':
      return `${id} is missing`;
    case 'extra':
      return `${id} is in movies_cache alone`;
    case 'removed':
      return `${id} is removed in only one of them (version ${version}, cached ${cached_version})`;
    case 'stale':
      return `${id} is at version ${cached_version} instead of ${version}`;
    case 'different':
      return `${id} has other content (version ${version}, cached ${cached_version})`;
    default:
      return kind satisfies never;
  }
}

function underWayLines({ outbox, lag }: UnderWay): string[] {
  if (outbox === 0 && lag === 0) return [];
  return [
    `Some of that may be because events are still under way: ${outbox} in the outbox, ${lag} in Kafka.`,
  ];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
