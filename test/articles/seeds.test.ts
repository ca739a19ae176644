import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { type ReadingDraft, readingsByPartnership } from '../../src/domain/decisions/reading.ts';
import { examplesFolder, projectSeeds } from '../support/seeds.ts';

const { readings, warnings } = await projectSeeds();
const withExamples = await projectSeeds(examplesFolder);
const isExample = ({ article }: ReadingDraft) => !readings.some((seed) => seed.article === article);
const byId = withExamples.readings.toSorted((a, b) => a.article.localeCompare(b.article));

const cited = (reading: ReadingDraft): readonly number[] =>
  readingsByPartnership(reading).flatMap(({ reports }) => reports.flatMap(({ paragraphs }) => paragraphs));
const leftOut = ({ omitted }: ReadingDraft): readonly number[] => omitted.flatMap(({ paragraphs }) => paragraphs);

t.test('the seeds hold five articles, and every name in them is registered', async (t) => {
  t.same(readings.map(({ article }) => article).toSorted(), ['000', '001', '002', '003', '004']);
  t.same(warnings, []);
});

t.test('every name in the examples is registered, and every article has an address', async (t) => {
  t.same(withExamples.warnings, []);
  for (const reading of withExamples.readings.filter(isExample)) t.type(reading.url, 'string', reading.article);
});

for (const reading of byId) {
  t.test(`every paragraph of article ${reading.article} is cited by a report or left out with a reason`, async (t) => {
    const [told, omitted] = [new Set(cited(reading)), new Set(leftOut(reading))];
    const all = Array.from({ length: reading.paragraphs }, (_, i) => i + 1);
    t.same(told.intersection(omitted), new Set(), 'never both');
    t.same(
      [...told.union(omitted)].toSorted((a, b) => a - b),
      all,
    );
    t.ok(
      reading.omitted.every(({ reason }) => reason.trim() !== ''),
      'with a reason',
    );
  });
}

// We may not publish the texts. Anybody who has them sets ARTICLES_DIR.
const folder = process.env['ARTICLES_DIR'] ?? '';
const withTheTexts = {
  skip: folder === '' && 'ARTICLES_DIR is not set: count and SHA-256 of the texts are not checked',
};

// This many words in a row are a copy; fewer are names and figures of speech.
const copied = 8;
const wordsOf = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .replaceAll(/['’]/g, '')
    .match(/[\p{L}\p{N}]+/gu) ?? [];
const runsOf = (text: string): ReadonlySet<string> => {
  const words = wordsOf(text);
  return new Set(words.slice(copied - 1).map((_, i) => words.slice(i, i + copied).join(' ')));
};

t.test('the seeds match the texts of their articles and copy no long passage', withTheTexts, async (t) => {
  for (const reading of byId) {
    const file = join(folder, `${reading.article}.txt`);
    if (isExample(reading) && !existsSync(file)) continue;
    const text = await readFile(file);
    const lines = text.toString('utf8').split('\n');
    t.equal(lines.filter((line) => line.trim() !== '').length, reading.paragraphs, `${reading.article}: paragraphs`);
    t.equal(createHash('sha256').update(text).digest('hex'), reading.textSha256, `${reading.article}: SHA-256`);
    const reports = readingsByPartnership(reading).flatMap((block) => block.reports);
    const said = reports.flatMap(({ note, fields }) => [note, ...Object.values(fields)]);
    const own = said.filter((one) => typeof one === 'string').flatMap((one) => [...runsOf(one)]);
    t.same(new Set(own).intersection(runsOf(text.toString('utf8'))), new Set(), `${reading.article}: in our own words`);
  }
});
