/** A step of the tour that did not happen: what it was, and what tells why. */
export class TourFailed extends Error {
  override readonly name = 'TourFailed';
  /** A command that shows more. */
  readonly lookAt: string;

  constructor(message: string, lookAt: string, options?: ErrorOptions) {
    super(message, options);
    this.lookAt = lookAt;
  }
}
