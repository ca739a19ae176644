import { resolve } from 'node:path';
import process from 'node:process';
import root from 'tap';

// Runs the test files of TEST_FILES, one a line, after each other in this process, and checks that each has tests. The
// argument is the first one alone: tap names the folder of this process after it, and all would be too long a name. A file
// loads in a test of its own: tap ends a process in which no test runs or waits, and some files open an app before their
// first test.
for (const file of (process.env['TEST_FILES'] ?? '').split('\n')) {
  let before = 0;
  await root.test(`${file} loads`, async (t) => {
    t.ok(await import(resolve(file)));
    before = root.counts.total;
  });
  // The loading itself counts as one.
  void root.test(`${file} has tests`, async (t) => t.ok(root.counts.total > before + 1));
}
