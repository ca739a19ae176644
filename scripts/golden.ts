// Writes the golden files of the read models of seeds and examples. Read the difference before you commit it.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { goldenLines, goldens } from '../test/support/golden-lines.ts';

for (const golden of goldens) {
  await writeFile(join(import.meta.dirname, '../test/golden', golden.file), await goldenLines(golden));
}
