import { allowedSources, type Maker } from '../../packages/container-choice.ts';
import { IMAGES } from '../../packages/container-images.ts';
import { containerSource } from '../../packages/container-source.ts';
import { firstSource, type Source } from '../../packages/source.ts';
import { PACKAGES } from '../../paths.ts';
import { installedMysql } from './installed.ts';
import { packagedMysql } from './packaged.ts';
import type { MysqlSoftware } from './requirements.ts';

/** Where mysqld may come from, best first. */
export const mysqlSources: readonly Source<MysqlSoftware>[] = [
  installedMysql,
  packagedMysql(PACKAGES),
  containerSource(IMAGES.mysql),
];

/**
 * The first mysqld that fits, downloaded where the machine has none.
 *
 * @param made who made the data that it is to run on, where there is some
 */
export async function mysqlSoftware(made?: Maker): Promise<MysqlSoftware> {
  return firstSource('MySQL server', allowedSources(mysqlSources, made));
}
