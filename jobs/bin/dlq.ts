import { deadLetterCommand } from '../src/operation/dead-letter-command.ts';
import { withDatabase } from '../src/operation/with-database.ts';
import { runJob } from '../src/run-job.ts';

await runJob(() => withDatabase(deadLetterCommand(process.argv.slice(2), 'dlq.mjs')));
