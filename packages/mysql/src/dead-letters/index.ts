export { addDeadLetter, type NewDeadLetter } from './add-dead-letter.ts';
export { dropDeadLetter } from './drop-dead-letter.ts';
export { eventOf } from './event-of.ts';
export {
  countDeadLetters,
  type DeadLetter,
  type DeadLetterSummary,
  findDeadLetter,
  listDeadLetters,
} from './read-dead-letters.ts';
export { CannotRedrive, type RedrivenEvent, redriveDeadLetter } from './redrive-dead-letter.ts';
