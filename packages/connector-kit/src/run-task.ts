import { createLogger } from '@movie-rental/runtime/logger';
import {
  type ConnectorContext,
  type ConnectorDefinition,
  configOrExit,
  stopSignal,
} from './run-connector.ts';

export interface TaskDefinition<Config>
  extends Pick<ConnectorDefinition<Config>, 'name' | 'readConfig'> {
  /** Does something once and gives the exit code. */
  run(context: ConnectorContext<Config>): Promise<number>;
}

/**
 * Runs a task of a connector as this process. Its log goes to stderr, since stdout is for what it
 * has to say. It exits with what `run` gives, with 78 where the configuration is wrong, with 1 and
 * the reason on stderr where something else is.
 */
export async function runTask<Config extends { LOG_LEVEL: string }>(
  definition: TaskDefinition<Config>,
): Promise<never> {
  const config = configOrExit(definition);
  const logger = createLogger(definition.name, config.LOG_LEVEL, process.stderr);
  const signal = stopSignal(logger);
  const code = await definition.run({ config, logger, signal }).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    return 1;
  });
  process.exit(code);
}
