import { z } from 'zod';

/** A host's name or address (IPv6 in brackets), and a port: nothing that could end Nginx' directive. */
const HOST_AND_PORT = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}$/;

/** A comma list of gateways, `host:port` each; `http://` before one is left out. */
export const Gateways = z
  .string()
  .transform((text) => text.split(',').map((item) => item.trim()))
  .transform((items) => items.filter((item) => item !== ''))
  .transform((items) => items.map((item) => item.replace(/^http:\/\/([^/]*)\/?$/, '$1')))
  .pipe(z.array(z.string().regex(HOST_AND_PORT, 'is not a list like host:port,host:port')).min(1));
