import { writeWhole } from '@movie-rental/jobs/files';

/** Writes a file that its owner alone may read, whole or not at all, also where it is read meanwhile. */
export function writePrivate(file: string, content: string): Promise<void> {
  return writeWhole(file, content, 0o600);
}
