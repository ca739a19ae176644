import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DCLinter } from 'dclint';
import t from 'tap';
import { composeText, root, variable } from './broken-compose-file.ts';
import { readComposeFile, servicesIn } from './compose-file.ts';

// The order of things tells a reader something here; the rest of the linter's rules hold.
const rules = {
  'require-quotes-in-ports': [1, { quoteType: 'double' }],
  'service-keys-order': 0,
  'services-alphabetical-order': 0,
  'top-level-properties-order': 0,
} as const;

// The linter's own types cannot be resolved from an ES module.
type Linted = readonly { readonly messages: readonly { rule: string; line: number; message: string }[] }[];

const lint = (file: string): readonly string[] => {
  const linter = new DCLinter({ rules: structuredClone(rules), quiet: false, debug: false, exclude: [] });
  const linted = linter.lintFiles([file], false) as Linted;
  return linted.flatMap(({ messages }) =>
    messages.map(({ rule, line, message }) => `${rule}, line ${line}: ${message}`),
  );
};

t.test('the file follows the schema of the Compose Specification and the rules of a linter', async (t) => {
  t.same(lint(join(root, 'docker-compose.yml')), []);
});

t.test('a file that does not is told so', async (t) => {
  const port = variable('PORT:-3000');
  const broken: readonly (readonly [from: string | RegExp, to: string, problem: RegExp])[] = [
    ['condition: service_healthy', 'condition: service_well', /^invalid-schema/],
    ['cap_drop: [ALL]', 'cap_drop: ALL', /^invalid-schema/],
    ['read_only: true', 'readonly: true', /^invalid-schema/],
    ['internal: true', 'internl: true', /^invalid-schema/],
    [/^services:$/m, 'servises:', /^invalid-schema/],
    ['interval: 5s', 'interval: [5s]', /^invalid-schema/],
    ['eventstore/es-gencert-cli:1.0.2', 'eventstore/es-gencert-cli', /^service-image-require-explicit-tag/],
    [`127.0.0.1:${port}:3000`, `${port}:3000`, /^no-unbound-port-interfaces/],
  ];
  for (const [from, to, problem] of broken) {
    const folder = t.testdir();
    const file = join(folder, 'docker-compose.yml');
    writeFileSync(
      file,
      composeText.replace(from, () => to),
    );
    t.ok(
      lint(file).some((message) => problem.test(message)),
      `${from} -> ${to}`,
    );
  }
});

t.test('a plain start is the single node, and the file for it holds no secret', async (t) => {
  const lines = readFileSync(join(root, '.env'), 'utf8').split('\n');
  t.same(
    lines.filter((line) => line !== '' && !line.startsWith('#')),
    ['COMPOSE_PROFILES=single'],
  );
  const file = readComposeFile(composeText);
  t.same(servicesIn(file, 'single'), ['eventstore', 'application']);
  t.same(servicesIn(file, 'cluster').length, Object.keys(file.services).length - 2);
});

t.test('every variable that the file asks for is explained', async (t) => {
  const explained = readFileSync(join(root, 'docs/running-in-containers.md'), 'utf8');
  const variables = new Set([...composeText.matchAll(/\$\{(\w+)/g)].map(([, name]) => name));
  t.ok(variables.size > 0);
  for (const name of variables) t.match(explained, `| \`${name}\` |`);
});
