import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { goldenLines, goldens } from '../support/golden-lines.ts';

// The files were read against the articles; `npm run golden` writes them anew, for a reader to compare.
for (const golden of goldens) {
  t.test(`the read models of ${golden.partnership} as of ${golden.day}`, async (t) => {
    const text = await readFile(join(import.meta.dirname, '../golden', golden.file), 'utf8');
    t.equal(await goldenLines(golden), text);
  });
}
