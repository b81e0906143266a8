/** One value of a request that is wrong. */
export interface Fault {
  /** Where it is, e.g. `labels.a`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** A request that the provider refuses; the message is for the client. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly faults: readonly Fault[];

  constructor(status: number, message: string, faults: readonly Fault[] = []) {
    super(message);
    this.status = status;
    this.faults = faults;
  }
}
