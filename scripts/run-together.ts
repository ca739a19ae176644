import { resolve } from 'node:path';
import process from 'node:process';
import root from 'tap';

// Runs the test files of TEST_FILES, one a line, after each other in this process, and checks that each has tests. (Not
// arguments: tap names the folders of tests after them.)
for (const file of (process.env['TEST_FILES'] ?? '').split('\n')) {
  const before = root.counts.total;
  await import(resolve(file));
  await root.test(file, async (t) => t.ok(root.counts.total > before, `${file} has tests`));
}
