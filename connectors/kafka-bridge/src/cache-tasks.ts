import type { ConnectorContext } from '@movie-rental/connector-kit';
import { createKafka, kafkaAccess } from '@movie-rental/connector-kit/messaging';
import { openDatabase } from '@movie-rental/mysql';
import { cancelRentalsOfRemovedMovie } from '@movie-rental/rentals';
import { comparisonText, rebuildText } from './cache-report.ts';
import { countCached } from './compare-cache.ts';
import type { Config } from './config.ts';
import { COMPONENT } from './dead-letter.ts';
import { lastingDifferences } from './lasting-differences.ts';
import { type Rebuilding, rebuildCache } from './rebuild-cache.ts';

/** Gives what is to be said, and the exit code. */
type Task = (rebuilding: Rebuilding) => Promise<{ text: string; code: number }>;

const CONNECTIONS = 2;
/** A comparison reads both tables as a whole, in one statement. */
const STATEMENT_TIMEOUT_MS = 10 * 60_000;

const verify: Task = async (rebuilding) => {
  const comparison = await lastingDifferences(rebuilding);
  const cached = await countCached(rebuilding.database);
  const code = comparison.differences.length === 0 ? 0 : 1;
  return { text: comparisonText(comparison, cached), code };
};

const rebuild: Task = async (rebuilding) => {
  const done = await rebuildCache(rebuilding);
  const cached = await countCached(rebuilding.database);
  const code = done.comparison.differences.length === 0 ? 0 : 1;
  return { text: rebuildText(done, cached), code };
};

const TASKS: Readonly<Record<string, Task>> = { verify, rebuild };

/**
 * Does once what an argument names, says on stdout what came of it, and gives the exit code.
 * @throws Error if there is no task of this name.
 */
export async function runCacheTask(
  name: string,
  { config, logger, signal }: ConnectorContext<Config>,
): Promise<number> {
  const task = Object.hasOwn(TASKS, name) ? TASKS[name] : undefined;
  if (!task) throw new Error(`There is no task “${name}”, only: ${Object.keys(TASKS).join(', ')}`);
  const database = openDatabase(config.MYSQL_URL, CONNECTIONS, {
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  try {
    const { text, code } = await task({
      database,
      kafka: createKafka({ ...kafkaAccess(config), clientId: COMPONENT, logger }),
      topic: config.MOVIES_TOPIC,
      groupId: config.KAFKA_GROUP_ID,
      cancelRentals: cancelRentalsOfRemovedMovie,
      logger,
      signal,
    });
    process.stdout.write(`${text}\n`);
    return code;
  } finally {
    await database.close();
  }
}
