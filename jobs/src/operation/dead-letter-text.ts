import { isUtf8 } from 'node:buffer';
import { UnreadableEvent } from '@movie-rental/contracts';
import { type DeadLetter, type DeadLetterSummary, eventOf } from '@movie-rental/mysql/dead-letters';
import { columns, printable, printableLine } from './printable.ts';

const HEADING = ['ID', 'WHEN', 'SOURCE', 'EVENT', 'OF', 'REASON'];

/** A table of dead letters; each line is cut to a width in characters. */
export function letterTable(letters: readonly DeadLetterSummary[], width: number): string {
  const rows = letters.map(({ id, created_at, source, event_type, subject, reason }) =>
    [String(id), created_at.toISOString(), source, event_type ?? '-', subject ?? '-', reason].map(
      (cell) => printableLine(cell),
    ),
  );
  return columns([HEADING, ...rows])
    .map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line))
    .join('\n');
}

/** All that is known of a dead letter. */
export function wholeLetter(letter: DeadLetter): string {
  const facts = [
    ['when', letter.created_at.toISOString()],
    ['source', letter.source],
    ['reason', letter.reason],
    ['redrive', whyNotRedrivable(letter) ?? 'possible'],
    ...Object.entries(letter.headers).map(([name, value]) => [name, String(value)]),
  ].map(([name = '', value = '']) => [printableLine(name), printableLine(value)]);
  return [...columns(facts), '', payloadText(letter)].join('\n');
}

/** The same as one object for other programs. A payload that is no text is given in base64. */
export function letterJson({ payload, ...rest }: DeadLetter): object {
  const content = isUtf8(payload)
    ? { payload: payload.toString() }
    : { payload_base64: payload.toString('base64') };
  return { ...rest, ...content };
}

function whyNotRedrivable(letter: DeadLetter): string | undefined {
  try {
    eventOf(letter);
    return undefined;
  } catch (error) {
    if (!(error instanceof UnreadableEvent)) throw error;
    return `not possible: ${error.message}`;
  }
}

function payloadText({ payload, bytes }: DeadLetter): string {
  if (!isUtf8(payload)) return `${bytes} bytes, base64:\n${payload.toString('base64')}`;
  const text = payload.toString();
  try {
    return printable(JSON.stringify(JSON.parse(text), null, 2));
  } catch {
    return printable(text);
  }
}
