import { withConfiguredDatabase } from '../src/operation/configured-database.ts';
import { roleCommand } from '../src/operation/role-command.ts';
import { runJob } from '../src/run-job.ts';

await runJob(() => withConfiguredDatabase(roleCommand(process.argv.slice(2), 'admin.mjs')));
