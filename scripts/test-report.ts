import { Parser, type Result } from 'tap-parser';
import { stringify } from 'yaml';

export type Totals = { readonly passed: number; readonly failed: number; readonly skipped: number };

const noTests = /^no tests found/i;

const skipReason = ({ skip }: Result): string => (typeof skip === 'string' ? skip : 'no reason given');

/** A test file without tests proves nothing. tap calls it skipped; here it fails. */
const isEmptyFile = (result: Result): boolean => noTests.test(skipReason(result)) && result.skip !== false;

const indented = (value: unknown): string => stringify(value).trimEnd().replaceAll(/^/gm, '    ');

/**
 * Follows a run of tap and prints a line for each test file, every failure with its diagnostics, and every skip with its
 * reason. Once the stream has ended, `totals` counts tap's own results. A file that crashed or timed out is a failure,
 * and so is a stream that broke off or had no test.
 */
export const testReport = (say: (line: string) => void): { parser: Parser; totals: () => Totals } => {
  let [passed, failed, skipped, passedBefore, failedBefore, ended] = [0, 0, 0, 0, 0, false];
  let lastFile: Result | null = null;
  const fail = (what: string, diagnostics?: unknown): void => {
    failed += 1;
    say(`not ok  ${what}${diagnostics ? `\n${indented(diagnostics)}` : ''}`);
  };

  const parser = new Parser();
  parser.on('pass', () => {
    passed += 1;
  });
  parser.on('fail', (result: Result) => fail(result.fullname, result.diag));
  for (const unproven of ['skip', 'todo'] as const) {
    parser.on(unproven, (result: Result) => {
      if (isEmptyFile(result)) return fail(`${result.fullname}: no tests found`);
      skipped += 1;
      say(`${unproven}    ${result.fullname}: ${skipReason(result)}`);
    });
  }
  // The parser hides a file's own failure behind those of its tests, but a killed file has no failed test.
  const settleLastFile = (): void => {
    if (lastFile?.ok === false && failed === failedBefore) fail(`${lastFile.name}: broke off`, lastFile.diag);
    lastFile = null;
    failedBefore = failed;
  };
  parser.on('child', settleLastFile);
  parser.on('assert', (file: Result) => {
    if (lastFile) settleLastFile();
    lastFile = file;
    if (file.ok && !isEmptyFile(file))
      say(`ok      ${file.name} (${passed - passedBefore} passed, ${Math.round(file.time ?? 0)} ms)`);
    passedBefore = passed;
  });
  parser.on('bailout', (reason: string) => fail(`the run was stopped: ${reason}`));
  parser.on('complete', ({ ok }: { ok: boolean }) => {
    ended = true;
    settleLastFile();
    if (!ok && failed === 0) fail('the stream of results is broken');
    if (passed + failed === 0) fail('no test ran');
  });

  return { parser, totals: () => ({ passed, failed: ended ? failed : failed + 1, skipped }) };
};
