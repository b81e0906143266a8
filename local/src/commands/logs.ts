import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { onStopSignals } from '../bringup/supervise.ts';
import { INSTANCE_OPTION, type Instance, instanceOf } from '../instance/instance.ts';
import { namesIn } from '../packages/tree.ts';

/** Prints what a part has written, with `-f` also what it goes on to write; without a name, lists the parts. */
export async function run(args: string[]): Promise<number> {
  const follow = { type: 'boolean', short: 'f' } as const;
  const options = {
    args,
    allowPositionals: true,
    options: { ...INSTANCE_OPTION, follow },
  } as const;
  const { values, positionals } = parseArgs(options);
  const files = await logFiles(instanceOf(values.instance));
  const names = [...files.keys()];
  const [name] = positionals;
  if (name === undefined) {
    console.log(names.join('\n') || 'Nothing has run here yet.');
    return 0;
  }
  const file = files.get(name);
  if (file === undefined) throw new Error(`No log “${name}”; there are: ${names.join(', ')}`);
  const tail = spawn('tail', ['-n', '+1', ...(values.follow ? ['-F'] : []), file], {
    stdio: 'inherit',
  });
  const end = () => void tail.kill();
  onStopSignals(end, end);
  await once(tail, 'exit');
  return 0;
}

/** The logs by the names of the parts that write them: the provider keeps those of functions. */
async function logFiles({ logs, data }: Instance): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const folder of [logs, join(data, 'provider', 'logs')]) {
    for (const file of (await namesIn(folder)).filter((entry) => entry.endsWith('.log'))) {
      files.set(file.slice(0, -'.log'.length), join(folder, file));
    }
  }
  return files;
}
