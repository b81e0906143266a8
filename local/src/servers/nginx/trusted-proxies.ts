import { isIP } from 'node:net';
import { z } from 'zod';

/** A comma list of addresses, or of ranges of them (CIDR): nothing that could end Nginx' directive. */
export const TrustedProxies = z
  .string()
  .transform((text) => text.split(',').map((item) => item.trim()))
  .transform((items) => items.filter((item) => item !== ''))
  .pipe(z.array(z.string().refine(isRange, 'is not a list like 10.0.0.0/8,192.168.1.7')).min(1));

function isRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
  );
}
