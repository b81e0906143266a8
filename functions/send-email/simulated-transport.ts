import type { Transport } from './transport.ts';

/** No mail server: the row in `mail`, which every way of sending leaves, is the mailbox. */
export const simulatedTransport: Transport = {
  deliver: async () => {},
  close: () => {},
};
