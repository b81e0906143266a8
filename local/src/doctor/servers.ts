import { openApt } from '../packages/apt.ts';
import { findEngine } from '../packages/container-engine.ts';
import { PACKAGES } from '../paths.ts';
import type { Check } from './check.ts';
import { needsApt, type Part, withoutApt } from './origin.ts';

/** Why packages, or containers, are not to be had; undefined where they are, or need not be. */
export type Faults = { readonly apt?: string | undefined; readonly docker?: string | undefined };

/** What `npm start` will do for a part, or what must be done where it can do nothing. */
export function checkPart({ name, origin, image }: Part, { apt, docker }: Faults): Check {
  switch (origin.kind) {
    case 'external':
      return { name, found: `your own (${origin.variable})` };
    case 'installed':
      return { name, found: origin.where };
    case 'cached':
      return { name, found: 'downloaded already' };
    case 'container': {
      if (docker === undefined) return { name, found: `a container of ${image}` };
      return { name, found: 'not there', mend: 'install Docker, or mend it (above)' };
    }
    case 'download': {
      if (origin.by === 'Maven') return { name, found: 'to be downloaded by Maven' };
      if (apt === undefined)
        return { name, found: "to be downloaded from the machine's registries" };
      const ways = [`install ${name}`, 'mend apt (above)', 'install Docker'];
      const mend = ways.join(', or ');
      return { name, found: 'not there, and cannot be downloaded', mend };
    }
    default:
      return origin satisfies never;
  }
}

/** Why apt cannot download packages; undefined where it can. Its lists are fetched where they are old. */
async function aptFault(): Promise<string | undefined> {
  return openApt(PACKAGES).then(
    () => undefined,
    (error: Error) => error.message,
  );
}

/** Why there can be no containers; undefined where there can. */
async function dockerFault(): Promise<string | undefined> {
  return findEngine().then(
    (engine) => (engine === undefined ? 'is not installed, or does not answer' : undefined),
    (error: Error) => error.message,
  );
}

/**
 * Where each server will come from: whether apt can bring what is missing, and Docker where apt cannot or is
 * not wanted.
 */
export async function checkServers(parts: readonly Part[]): Promise<Check[]> {
  const apt = parts.some(needsApt) ? await aptFault() : undefined;
  const wanted = parts.some(({ origin }) => origin.kind === 'container');
  if (apt === undefined && !wanted) return [aptCheck(parts, apt), ...checksOf(parts, { apt })];
  const docker = await dockerFault();
  if (wanted) return [dockerCheck(docker, true), ...checksOf(parts, { docker })];
  if (docker !== undefined) {
    return [aptCheck(parts, apt), dockerCheck(docker, false), ...checksOf(parts, { apt })];
  }
  return [dockerCheck(docker, false), ...checksOf(withoutApt(parts), {})];
}

const checksOf = (parts: readonly Part[], faults: Faults) =>
  parts.map((part) => checkPart(part, faults));

/** @param wanted whether containers alone are to be used; else they are what is left without apt */
function dockerCheck(fault: string | undefined, wanted: boolean): Check {
  const name = 'Docker';
  if (fault === undefined) return { name, found: 'answers; missing images are pulled' };
  const otherwise = wanted ? 'or unset SERVERS_FROM' : 'where apt cannot be mended';
  return { name, found: fault, mend: `install Docker and start it, ${otherwise}` };
}

function aptCheck(parts: readonly Part[], fault: string | undefined): Check {
  const name = 'apt';
  if (!parts.some(needsApt)) {
    return { name, found: 'not needed: nothing has to be downloaded by it' };
  }
  if (fault === undefined) return { name, found: "reaches the machine's registries" };
  const mend = `give this machine a network and apt its sources (/etc/apt); it says:\n${fault}`;
  return { name, found: 'cannot download packages', mend };
}
