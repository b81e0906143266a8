import { z } from 'zod';

/** What send-email takes: a rendered mail with the id of the event that it tells of. */
export const SendEmailBody = z.strictObject({
  message_id: z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 -'),
  to: z.email().max(255),
  subject: z
    .string()
    .trim()
    .min(1)
    .max(512)
    .regex(/^[^\p{Cc}]*$/u, 'must be one line'),
  text: z.string().min(1).max(60_000),
  html: z.string().min(1).max(200_000).optional(),
});
export type SendEmailBody = z.infer<typeof SendEmailBody>;
