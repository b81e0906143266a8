import { LOCAL } from '../paths.ts';

/** There is no space for files, or no permission to write them. */
export class StorageFault extends Error {
  override readonly name = 'StorageFault';
}

const FULL = new Set(['ENOSPC', 'EDQUOT']);
const FORBIDDEN = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR']);

/** How apt, dpkg and the C library say that a disk is full. */
const SAYS_FULL = /No space left on device|Disk quota exceeded|enough free space/;

/**
 * Says which folder is at fault and what to do, if an error comes from the file system.
 *
 * @returns undefined for any other error
 */
export function storageFault(error: unknown): string | undefined {
  if (error instanceof StorageFault) return error.message;
  const { code = '', path, message = '' } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  if (FULL.has(code) || SAYS_FULL.test(message)) {
    return `The disk that holds ${path ?? LOCAL} is full: nothing half-written is kept. Free some space, then start again.\n${message}`;
  }
  if (!FORBIDDEN.has(code) || path === undefined || !path.startsWith(LOCAL)) return undefined;
  return `${LOCAL} cannot be written to: make it your own folder, or remove it, then start again.\n${message}`;
}
