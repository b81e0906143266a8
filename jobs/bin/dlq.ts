import { withConfiguredDatabase } from '../src/operation/configured-database.ts';
import { deadLetterCommand } from '../src/operation/dead-letter-command.ts';
import { runJob } from '../src/run-job.ts';

await runJob(() => withConfiguredDatabase(deadLetterCommand(process.argv.slice(2), 'dlq.mjs')));
