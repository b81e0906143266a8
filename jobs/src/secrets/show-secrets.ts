import { join } from 'node:path';
import { readIfThere } from '../files.ts';
import { ADMINISTRATOR, GATEWAY_USER, ORIGINS } from './layout.ts';
import { VAULT } from './make-secrets.ts';

/** A secret that does not exist. */
export class NoSuchSecret extends Error {
  override readonly name = 'NoSuchSecret';
}

/**
 * What a person needs to sign in.
 *
 * @param name one secret, for programs; without it, those that people need, in words
 * @throws NoSuchSecret that lists the known ones
 */
export async function showSecrets(root: string, name?: string): Promise<string> {
  if (name !== undefined) return read(root, name);
  const administrator = await read(root, 'administrator-password');
  const gateway = await read(root, 'gateway-password');
  return [
    `shop's administrator    ${ADMINISTRATOR}, first password ${administrator}`,
    `gateway                 ${GATEWAY_USER}, password ${gateway}`,
  ].join('\n');
}

async function read(root: string, name: string): Promise<string> {
  if (!Object.hasOwn(ORIGINS, name)) {
    const known = Object.keys(ORIGINS).join(', ');
    throw new NoSuchSecret(`There is no secret “${name}”. There are: ${known}`);
  }
  const value = await readIfThere(join(root, VAULT, name));
  if (value === undefined) throw new NoSuchSecret(`“${name}” was not made yet: start the system`);
  return value;
}
