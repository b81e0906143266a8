import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { withDatabase } from '@movie-rental/mysql';
import { openReport } from '../demo/report.ts';
import { openShop } from '../demo/shop.ts';
import { takeTour } from '../demo/tour.ts';
import { TourFailed } from '../demo/tour-failed.ts';
import { Endpoints, readEndpoints } from '../instance/endpoints.ts';
import { DEFAULT_INSTANCE } from '../instance/instance.ts';

/**
 * Shows a running system at work: the one of this checkout, or the one whose endpoints a file holds, as
 * `status -- --json` prints them.
 *
 * @returns 1 where a step did not happen.
 */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      instance: { type: 'string', default: DEFAULT_INSTANCE },
      endpoints: { type: 'string' },
    },
  });
  const endpoints =
    values.endpoints === undefined
      ? await readEndpoints(values.instance)
      : Endpoints.parse(JSON.parse(await readFile(values.endpoints, 'utf8')));
  return show(endpoints);
}

async function show({ url, admin, mysql }: Endpoints): Promise<number> {
  const report = openReport(process.stdout);
  try {
    await withDatabase(mysql.url, (database) =>
      takeTour({ shop: openShop(url), database, admin, report }),
    );
  } catch (error) {
    if (!(error instanceof TourFailed)) throw error;
    report.failure(error.message, error.lookAt);
    return 1;
  }
  report.heading('What next');
  report.note(`curl '${url}/api/movies?limit=3'`);
  report.note('npm run mail              every mail that was sent');
  report.note('npm run logs -- NAME      what each part wrote\n');
  return 0;
}
