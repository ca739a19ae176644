import { deepStrictEqual } from 'node:assert/strict';
import * as fc from 'fast-check';
import t from 'tap';
import { parse } from 'yaml';
import { readGames } from '../../src/articles/games.ts';
import { readSubjects } from '../../src/articles/register.ts';
import { formatProblems, type SourceValue } from '../../src/articles/source.ts';
import { reportTypes } from '../../src/domain/vocabulary/event-types.ts';
import { articleText, read } from './article-text.ts';

const lines = articleText().split('\n');

/** A correct article in which some lines are lost, doubled, mixed up or replaced. */
const damaged = fc
  .array(
    fc.tuple(
      fc.nat(lines.length - 1),
      fc.constantFrom('lost', 'doubled', 'cut', 'replaced'),
      fc.string({ unit: 'binary', maxLength: 12 }),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((damages) => {
    const text = [...lines];
    for (const [index, how, other] of damages) {
      const line = text[index] ?? '';
      if (how === 'lost') text[index] = '';
      if (how === 'doubled') text[index] = `${line}\n${line}`;
      if (how === 'cut') text[index] = line.slice(0, line.length / 2);
      if (how === 'replaced') text[index] = line.replace(/: .*$/, `: ${other}`);
    }
    return text.join('\n');
  });

const scalars = fc.oneof(
  fc.string(),
  fc.constantFrom('', '2018', '2018-02-01', '[2018..2019]', '2018W..2028S', '5-7', '0', '{ min: 3 }', 'a.b', 'GB'),
);
const { value: values } = fc.letrec<{ value: SourceValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalars,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(scalars, fc.constantFrom('min', 'to', 'reason', 'date')), tie('value'), { maxKeys: 3 }),
  ),
}));

/** Any type of report with any values under any keys that some type has. */
const anyReports = fc.array(
  fc
    .tuple(
      fc.constantFrom(...reportTypes.map(({ type, fields }) => [type, ...Object.keys(fields)])),
      fc.dictionary(
        fc.constantFrom('happened', 'planned', 'p', 'by', 'speaker', 'games', 'implied', 'campaign', 'corrected', 'x'),
        values,
      ),
      fc.array(values, { maxLength: 5 }),
    )
    .map(([keys, shared, own]) => ({ ...shared, ...Object.fromEntries(own.map((one, index) => [keys[index], one])) })),
  { maxLength: 4 },
);

t.test('reading any text gives either a reading or problems, and never throws', async (t) => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.json(),
    damaged,
    anyReports.map((reports) => JSON.stringify({ ...parse(articleText()), reports })),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const { reading, problems } = read(text);
      if ((reading === null) !== problems.length > 0) throw new Error('a reading or problems, not both');
      formatProblems(problems);
      for (const { line, column } of problems) if (line < 1 || column < 1) throw new Error('no such place');
      readGames(text, { file: 'games.yaml' });
      readSubjects(text, { file: 'subjects.yaml' });
    }),
    { numRuns: 600 },
  );
  t.pass('600 texts');
});

const notes = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((note) => /\S/.test(note) && !/[\p{Cc}\ufffd]/u.test(note));
const articles = fc
  .record({
    title: fc.oneof(notes, fc.constant(null)),
    paragraphs: fc.integer({ min: 4, max: 9 }),
    note: notes,
    years: fc.oneof(fc.nat(99), fc.record({ min: fc.nat(9) })),
    exclusive: fc.boolean(),
  })
  .map(({ title, paragraphs, note, years, exclusive }) => ({
    ...(parse(articleText()) as Record<string, unknown>),
    title,
    paragraphs,
    published: '2025-03-04',
    reports: [
      { TermAgreed: null, happened: '2025-03', p: [1, '2-3'], years, note },
      { CategoryGranted: ['buses', 'trams'], happened: null, p: `4-${paragraphs}`, exclusive },
    ],
    omitted: {},
  }));

type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** As a person writes YAML: plain where that is safe, each key on its own line. */
const asYaml = (value: Plain, indent: string): string => {
  if (value === null) return ' null';
  if (typeof value !== 'object')
    return ` ${typeof value === 'string' && !/^[a-z][a-z0-9-]*$/.test(value) ? JSON.stringify(value) : value}`;
  const entries: readonly (readonly [string, Plain])[] = Array.isArray(value)
    ? value.map((item: Plain) => ['-', item] as const)
    : Object.entries(value).map(([key, item]) => [`${key}:`, item] as const);
  if (entries.length === 0) return Array.isArray(value) ? ' []' : ' {}';
  return entries.map(([key, item]) => `\n${indent}${key}${asYaml(item, `${indent}  `)}`).join('');
};

t.test('an article in YAML and in JSON has the same reading and the same digest', async (t) => {
  fc.assert(
    fc.property(articles, fc.constantFrom(0, 2, '\t'), (article, indent) => {
      const yaml = read(asYaml(article, ''));
      const json = read(JSON.stringify(article, null, indent));
      if (!yaml.reading) throw new Error(formatProblems(yaml.problems));
      deepStrictEqual(json.reading, yaml.reading);
    }),
    { numRuns: 60 },
  );
  t.pass('60 articles');
});

t.test('the order of the keys in an article does not change its reading', async (t) => {
  fc.assert(
    fc.property(articles, (article) => {
      const turned = Object.fromEntries(Object.entries(article).toReversed());
      deepStrictEqual(read(JSON.stringify(turned)).reading, read(JSON.stringify(article)).reading);
    }),
    { numRuns: 20 },
  );
  t.pass('20 articles');
});
