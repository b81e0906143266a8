import { readFileSync, statSync } from 'node:fs';
import { parseEngineAddress } from './engine-address.ts';

/** As whom the process goes on; its folders belong to them. */
const ORDINARY = 1_000;
const ROOT = 0;
/** CAP_SETGID and CAP_SETUID, by their bits (capabilities(7)), and no other. */
const TO_CHANGE_USERS = (1n << 6n) | (1n << 7n);

/**
 * Where this process was started as a root that may do nothing but become another user, as the
 * Compose file starts it, becomes an ordinary user of the group that owns the engine's socket. That
 * group has another number on each host, so no image and no Compose file can name it. Anyone else
 * stays who they are.
 *
 * Must come before anything is opened. No capability is left afterwards.
 */
export function becomeOrdinaryUser(dockerHost: string): void {
  if (process.getuid?.() !== ROOT || capabilities() !== TO_CHANGE_USERS) return;
  process.setgroups?.(groupsOf(dockerHost));
  process.setgid?.(ORDINARY);
  process.setuid?.(ORDINARY);
}

/** This process's effective ones; undefined where the system is not Linux. */
function capabilities(): bigint | undefined {
  try {
    const [bits] =
      /(?<=^CapEff:\s+)[\da-f]+/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return bits === undefined ? undefined : BigInt(`0x${bits}`);
  } catch {
    return undefined;
  }
}

/** The socket's group; none where there is no socket, which is said when it is opened. */
function groupsOf(dockerHost: string): number[] {
  try {
    const { socketPath } = parseEngineAddress(dockerHost);
    return socketPath === undefined ? [] : [statSync(socketPath).gid];
  } catch {
    return [];
  }
}
