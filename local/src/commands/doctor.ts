import { parseArgs } from 'node:util';
import { type Externals, readExternals } from '../bringup/external.ts';
import { type Check, report } from '../doctor/check.ts';
import { checkInstance, checkPorts } from '../doctor/instance.ts';
import { checkMachine } from '../doctor/machine.ts';
import { checkServers, findParts } from '../doctor/servers.ts';
import { DEFAULT_INSTANCE, instanceOf } from '../instance/instance.ts';
import { lastState, readState } from '../instance/state.ts';

/** Says what `npm start` needs, what it finds and how to fix what is missing; 1 if it could not work. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { instance: { type: 'string', default: DEFAULT_INSTANCE } },
  });
  const instance = instanceOf(values.instance);
  const running = (await readState(instance)) !== undefined;
  const { externals, check } = settings(process.env);
  const parts = await findParts(externals);
  const downloads = parts.some(({ origin }) => origin.kind === 'download');
  const checks = [
    ...(await checkMachine(downloads, running)),
    check,
    ...(await checkServers(parts)),
    await checkPorts(running),
    checkInstance(instance, await lastState(instance)),
  ];
  console.log(report(checks));
  const faults = checks.filter(({ fix }) => fix !== undefined).length;
  if (faults === 0) return 0;
  console.log(
    `\nnpm start cannot work yet: fix ${faults === 1 ? 'the problem' : `the ${faults} problems`} above.`,
  );
  return 1;
}

/** The user's own servers; if one is invalid, none is used and the check says so. */
function settings(env: NodeJS.ProcessEnv): { externals: Externals; check: Check } {
  const name = 'environment';
  try {
    return { externals: readExternals(env), check: { name, found: 'fits' } };
  } catch (error) {
    const fix = (error as Error).message;
    return { externals: {}, check: { name, found: 'is invalid', fix } };
  }
}
