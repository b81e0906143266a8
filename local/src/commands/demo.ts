import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { withDatabase } from '@movie-rental/mysql';
import { openReport } from '../demo/report.ts';
import { openShop, TourFailed } from '../demo/shop.ts';
import { takeTour } from '../demo/tour.ts';
import { INSTANCE_OPTION } from '../instance/instance.ts';
import { Endpoints, readEndpoints } from '../instance/state.ts';

/** Shows a running instance at work, or the system whose `status -- --json` a file holds. */
export async function run(args: string[]): Promise<number> {
  const options = { ...INSTANCE_OPTION, endpoints: { type: 'string' } } as const;
  const { instance, endpoints: file } = parseArgs({ args, options }).values;
  const { url, admin, mysql } =
    file === undefined
      ? await readEndpoints(instance)
      : Endpoints.parse(JSON.parse(await readFile(file, 'utf8')));
  const report = openReport(process.stdout);
  try {
    await withDatabase(mysql.url, (database) =>
      takeTour({ shop: openShop(url), database, report }, admin),
    );
  } catch (error) {
    if (!(error instanceof TourFailed)) throw error;
    report.failure(error.message, error.cause.lookAt);
    return 1;
  }
  report.heading('What next');
  report.note(`curl '${url}/api/movies?limit=3'`);
  report.note('npm run mail              every mail that was sent');
  report.note('npm run logs -- NAME      what each part wrote\n');
  return 0;
}
