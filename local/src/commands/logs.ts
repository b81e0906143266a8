import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename, join } from 'node:path';
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
  const names = files.map((path) => basename(path, '.log'));
  const [name] = positionals;
  if (name === undefined) {
    console.log(names.join('\n') || 'Nothing has run here yet.');
    return 0;
  }
  const file = files[names.lastIndexOf(name)];
  if (file === undefined) throw new Error(`No log “${name}”; there are: ${names.join(', ')}`);
  const tail = spawn('tail', ['-n', '+1', ...(values.follow ? ['-F'] : []), file], {
    stdio: 'inherit',
  });
  const end = () => void tail.kill();
  onStopSignals(end, end);
  await once(tail, 'exit');
  return 0;
}

/** The logs, named after the parts that write them: the provider keeps those of functions. */
async function logFiles({ logs, data }: Instance): Promise<string[]> {
  const folders = [logs, join(data, 'provider', 'logs')];
  const files = folders.map(async (folder) =>
    (await namesIn(folder)).map((entry) => join(folder, entry)),
  );
  return (await Promise.all(files)).flat().filter((file) => file.endsWith('.log'));
}
