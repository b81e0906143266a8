import type { SendEmailBody } from '@movie-rental/contracts';

/** How a mail leaves. */
export interface Transport {
  /**
   * Hands the mail over.
   * @throws DeliveryRefused where no later try can succeed; anything else may pass.
   */
  deliver(mail: SendEmailBody): Promise<void>;
  close(): void;
}

/** The mail server will not take this mail, now or later: an unknown recipient, for one. */
export class DeliveryRefused extends Error {
  override readonly name = 'DeliveryRefused';
}
