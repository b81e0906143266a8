import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { onStopSignals } from '../bringup/supervise.ts';
import { follow } from '../instance/follow.ts';
import { DEFAULT_INSTANCE, type Instance, instanceOf } from '../instance/instance.ts';
import { namesIn } from '../packages/tree.ts';

/** Prints what a part has written, with `-f` also what it goes on to write; names the parts where none is given. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      instance: { type: 'string', default: DEFAULT_INSTANCE },
      follow: { type: 'boolean', short: 'f', default: false },
    },
  });
  const files = await logFiles(instanceOf(values.instance));
  const names = [...files.keys()];
  const [name] = positionals;
  if (name === undefined) {
    console.log(names.join('\n') || 'Nothing has run here yet.');
    return 0;
  }
  const file = files.get(name);
  if (file === undefined) throw new Error(`No log “${name}”; there are: ${names.join(', ')}`);
  if (values.follow) await followUntilSignal(file);
  else await pipeline(createReadStream(file), process.stdout, { end: false });
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

async function followUntilSignal(file: string): Promise<void> {
  const stop = follow(file, (text) => process.stdout.write(text));
  await new Promise<void>((resolve) => {
    onStopSignals(resolve, resolve);
  });
  await stop();
}
