// Writes the golden files of the seeds' read models. Read the difference before you commit it.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { goldenLines } from '../test/support/golden-lines.ts';

for (const day of ['2018-02-05', '2026-11-22']) {
  const file = join(import.meta.dirname, '../test/golden', `seeds-${day}.txt`);
  await writeFile(file, await goldenLines(day));
}
