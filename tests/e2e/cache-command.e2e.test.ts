import { expect, test } from '@jest/globals';
import { command } from './support/commands.ts';
import { withTestedDatabase } from './support/database.ts';
import { addMovie } from './support/movies.ts';
import { signInAdmin } from './support/people.ts';

const TIMEOUT_MS = 60_000;

test(
  'the cache is compared with the movies, and rebuilt if it is wrong',
  async () => {
    const admin = await signInAdmin();
    const lost = await addMovie(admin);
    const wrong = await addMovie(admin);
    expect(await command('cache', 'verify')).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^movies_cache agrees with movie: \d+ movies\.\n$/),
      stderr: '',
    });

    await withTestedDatabase(async (database) => {
      await database.run('DELETE FROM movies_cache WHERE id = ?', [lost.id]);
      await database.run("UPDATE movies_cache SET name = 'Wrong' WHERE id = ?", [wrong.id]);
    });
    const found = await command('cache', 'verify');
    expect(found.code).toBe(1);
    expect(found.stdout).toContain(`${lost.id} is missing`);
    expect(found.stdout).toContain(`${wrong.id} has other content`);

    const rebuilt = await command('cache', 'rebuild');
    expect(rebuilt).toMatchObject({ code: 0, stderr: '' });
    expect(rebuilt.stdout).toMatch(
      /^Replayed \d+ events .*\nRepaired 1 movie .*\nmovies_cache agrees with movie/,
    );
    expect((await command('cache', 'verify')).code).toBe(0);
  },
  TIMEOUT_MS,
);
