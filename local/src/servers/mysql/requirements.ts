import type { ContainerImage } from '../../packages/container-source.ts';
import type { Program } from '../../packages/program.ts';

/** A mysqld that can be run, with the arguments that its place on the disk asks for. */
export type MysqlProgram = { readonly program: Program; readonly args: readonly string[] };

export type MysqlSoftware = MysqlProgram | ContainerImage;

/** MySQL's oldest release that this project runs on. */
export const OLDEST_MYSQL = '8.0';
