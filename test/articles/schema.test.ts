import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import { parse } from 'yaml';
import { documentPaths, eventTypesPath, readmePath, schemaPath, withTables } from '../../scripts/schema.ts';
import { articleJsonSchema, contextShape, evidenceShape, modalityShape } from '../../src/articles/schema.ts';
import { formatProblems } from '../../src/articles/source.ts';
import { gamesTypes, reportTypes } from '../../src/domain/vocabulary/event-types.ts';
import { articleText, articleWith, read } from './article-text.ts';

const validate = new Ajv2020({ allowUnionTypes: true, strictRequired: false, strictTypes: false }).compile(
  articleJsonSchema(),
);
/** As an editor sees a file: YAML by its core schema. */
const accepted = (content: string): boolean => validate(parse(content));
const readme = readFileSync(readmePath, 'utf8');
const block = (after: string): string => readme.split(`${after}\n`)[1]?.split('```')[0] ?? '';
const example = (name: string): string => block(`<!-- example: ${name} -->\n\`\`\`yaml`);

t.test('the schema in seeds/ is what `npm run schema` makes', async (t) => {
  t.strictSame(JSON.parse(readFileSync(schemaPath, 'utf8')), articleJsonSchema());
});

t.test('the tables in seeds/README.md and docs/event-types.md are what `npm run schema` makes', async (t) => {
  for (const path of documentPaths) {
    const document = readFileSync(path, 'utf8');
    t.equal(document, withTables(document), path);
  }
  t.match(
    readme,
    /<!-- begin file keys -->\n\| key.*<!-- begin report keys -->\n\| key/s,
    'the keys of a file and of a report',
  );
});

t.test('docs/event-types.md has a row for every type, with its kind, milestone and fields', async (t) => {
  const document = readFileSync(eventTypesPath, 'utf8');
  for (const { type, kind, milestone, fields } of [...reportTypes, ...gamesTypes]) {
    const row = document.split('\n').find((line) => line.startsWith(`| \`${type}\` | ${kind} | ${milestone} |`));
    t.ok(row, type);
    for (const field of Object.keys(fields)) t.ok(row?.includes(`\`${field}\` (`), `${type}: ${field}`);
  }
});

t.test('no field of an event type is named like a key that every report has', async (t) => {
  const keys = new Set([
    ...Object.keys({ ...modalityShape, ...evidenceShape, games: 0, implied: 0 }),
    'corrected',
    'date',
  ]);
  for (const { type, fields, within } of reportTypes) {
    const taken = Object.keys(fields).filter((field) => keys.has(field) || (within && field in contextShape));
    t.strictSame(taken, [], type);
  }
});

t.test('the JSON schema accepts every article that the reader accepts', async (t) => {
  const files = globSync('seeds/*.yaml', { cwd: fileURLToPath(new URL('../..', import.meta.url)) });
  const right = new Map([
    ['a small article', articleText()],
    ['the example of the README', example('good.yaml')],
    ...files.map((file) => [file, readFileSync(file, 'utf8')] as const),
  ]);
  for (const [name, content] of right) {
    t.equal(formatProblems(read(content).problems), '', name);
    t.ok(accepted(content), `${name}: ${JSON.stringify(validate.errors?.slice(-3))}`);
  }
});

t.test('the JSON schema and the reader refuse the same articles', async (t) => {
  const at = '    happened:\n    p: 1-3\n';
  const wrong = [
    articleText({ 'title: K': 'headline: K' }),
    articleText({ 'by: outlet': 'by: somebody' }),
    articleText({ 'kestrel.ioc': 'kestrel' }),
    articleText({ '    p: 1-3\n': '' }),
    articleText({ 'happened: 2025-03-01': 'planned: 2025-04/2025-05' }),
    articleText({ '    happened: 2025-03-01\n': '' }),
    articleText({ 'happened: 2025-03-01': 'happened:\n    planned:' }),
    articleWith(`  - CampaignLaunchd: quiet-roads\n${at}`),
    articleWith(`  - CampaignLaunched: Quiet Roads\n${at}`),
    articleWith(`  - CampaignLaunched:\n${at}`),
    articleWith(`  - CoverageDeclared:\n${at}`),
    articleWith(`  - CoverageDeclared: 2026W\n    games: 2026W\n${at}`),
    articleWith(`  - MarketEntered: [NO, UK]\n    campaign: quiet-roads\n${at}`),
    articleWith(`  - MarketEntered: NO\n${at}`),
    articleWith(`  - CategoryGranted: buses\n    exclusive: perhaps\n${at}`),
    articleWith(`  - CreativeCountStated: quiet-roads\n    count: { least: 3 }\n${at}`),
    articleWith('  - PriorityStated: silence\n    planned:\n    p: 1-3\n'),
    example('bad.yaml'),
  ];
  for (const content of wrong) {
    t.not(read(content).reading, undefined);
    t.equal(read(content).reading, null);
    t.notOk(accepted(content), content);
  }
});

t.test('the reader prints the mistakes that the README shows', async (t) => {
  const shown = block('$ npx partnership-ledger check bad.yaml').trimEnd();
  t.equal(shown, formatProblems(read(example('bad.yaml')).problems).replaceAll('article.yaml', 'bad.yaml'));
});
