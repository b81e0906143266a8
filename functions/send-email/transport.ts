import type { SendEmailBody } from '@movie-rental/contracts';

/**
 * The longest that a delivery may take. A server that has the whole mail may take ten minutes to
 * say that it will see to it (RFC 5321, section 4.5.3.2.6); whoever does not wait sends it twice.
 */
export const MAX_DELIVERY_MS = 10 * 60_000;

/** How a mail leaves. */
export interface Transport {
  /**
   * Hands the mail over, within MAX_DELIVERY_MS.
   * @throws DeliveryRefused if no later try can succeed, OutcomeUnknown if the mail may have
   *   been sent; anything else may pass.
   */
  deliver(mail: SendEmailBody): Promise<void>;
  close(): void;
}

/** The mail server will not take this mail, now or later: an unknown recipient, for one. */
export class DeliveryRefused extends Error {
  override readonly name = 'DeliveryRefused';
}

/** The mail server had the whole mail and has not said what became of it. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}
