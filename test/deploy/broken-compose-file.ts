import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import type { ComposeCheck } from './compose-checks.ts';
import { type ComposeFile, readComposeFile, serviceOf } from './compose-file.ts';

/** The root of the project. */
export const root = join(import.meta.dirname, '../..');

/** The Compose file of this project. */
export const composeText = readFileSync(join(root, 'docker-compose.yml'), 'utf8');

/** A way to break the file, and what must then be found. */
export type Broken = readonly [problem: RegExp, change: (file: ComposeFile) => unknown];

// What is merged from an anchor is one object in several places; here each service has its own.
const readAnew = (): ComposeFile => JSON.parse(JSON.stringify(readComposeFile(composeText))) as ComposeFile;

/** Asserts that a check finds nothing in the Compose file, and finds what is wrong in each broken one. */
export const holds = (t: Test, check: ComposeCheck, broken: readonly Broken[]): void => {
  t.same(check(readAnew()), []);
  for (const [problem, change] of broken) {
    const file = readAnew();
    change(file);
    const found = check(file);
    t.ok(
      found.some((sentence) => problem.test(sentence)),
      `else: ${problem.source}`,
      { found },
    );
  }
};

/** A variable as a Compose file writes it. */
export const variable = (text: string): string => `\${${text}}`;

/** Has a service wait for one other alone. */
export const waitsFor = (file: ComposeFile, name: string, target: string, condition: string): void => {
  serviceOf(file, name).depends_on = { [target]: { condition } };
};

/** Gives a service a variable. */
export const sets = (file: ComposeFile, name: string, variable: string, value: string): void => {
  serviceOf(file, name).environment = { ...serviceOf(file, name).environment, [variable]: value };
};

/** Gives a service one mount alone. */
export const mounts = (file: ComposeFile, name: string, mount: string): void => {
  serviceOf(file, name).volumes = [mount];
};
