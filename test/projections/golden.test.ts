import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { goldenLines } from '../support/golden-lines.ts';

// The files were read against the five articles; `npm run golden` writes them anew, for a reader to compare.
for (const day of ['2018-02-05', '2026-11-22']) {
  t.test(`the read models of the seeds as of ${day}`, async (t) => {
    const golden = await readFile(join(import.meta.dirname, '../golden', `seeds-${day}.txt`), 'utf8');
    t.equal(await goldenLines(day), golden);
  });
}
