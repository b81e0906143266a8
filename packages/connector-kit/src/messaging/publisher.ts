import type { OutgoingEvent } from './event.ts';

/** A broker's topic or exchange, as the one who publishes to it sees it. */
export interface Publisher {
  readonly system: 'kafka' | 'rabbitmq';
  /** Where events of a type go, as traces name it. */
  destinationOf(type: string): string;
  /** Connects and makes sure of the topology; does nothing where that is done. */
  open(): Promise<void>;
  /**
   * Publishes in this order and resolves once the broker has confirmed every one. Nothing is tried
   * twice in here, and after a failure any of them may or may not have arrived.
   *
   * @throws MessageRefused if the broker can be used, but not for one of these messages.
   * Whatever else it throws means that the broker cannot be used now.
   */
  publish(events: readonly OutgoingEvent[]): Promise<void>;
  /** Lets go of the connection; the next call makes another. */
  close(): Promise<void>;
}

/** The broker refuses a message for what it is: too large, or with nowhere to go. */
export class MessageRefused extends Error {
  override readonly name = 'MessageRefused';
}
