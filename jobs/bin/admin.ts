import { roleCommand } from '../src/operation/role-command.ts';
import { withDatabase } from '../src/operation/with-database.ts';
import { runJob } from '../src/run-job.ts';

await runJob(() => withDatabase(roleCommand(process.argv.slice(2), 'admin.mjs')));
