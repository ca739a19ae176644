import t from 'tap';
import { measureArticle } from '../../src/articles/article-text.ts';
import { draftArticle } from '../../src/articles/draft.ts';
import { readArticle } from '../../src/articles/read-article.ts';
import { describedIn, readReferences } from '../../src/articles/seeds.ts';
import { parsePeriod, type UncertainDate } from '../../src/domain/vocabulary/dates.ts';

const references = await readReferences('seeds');
const { subjects } = references;

const draftOf = (text: string, published: string | null) =>
  draftArticle(measureArticle(Buffer.from(text)), {
    article: '977',
    subjects,
    described: describedIn(references),
    published: published === null ? null : (parsePeriod(published) as UncertainDate),
  });

const datesIn = (text: string, published: string | null) =>
  draftOf(text, published)
    .paragraphs.flatMap(({ found }) => found)
    .filter(({ kind }) => kind === 'date')
    .map(({ means }) => means);

t.test('a printed date is resolved over all days on which the article may have come out, or stays open', async (t) => {
  const cases: readonly (readonly [string, string | null, readonly (string | null)[]])[] = [
    ['It was signed on 19 January 2017.', null, ['2017-01-19']],
    ['It was signed on 19 January 2017.', '2018-02-05', ['2017-01-19']],
    ['It was signed in January 2017.', null, ['2017-01']],
    ['It runs through 2028.', null, ['2028']],
    ['It was signed on 19 January.', '2017-01-20', ['2017-01-19']],
    ['It was signed on 19 January.', null, [null]],
    ['It was signed on 19 January.', '[2017-01-20..2018-02-05]', ['[2017-01-19..2018-01-19]']],
    ['It was signed yesterday.', '2017-01-20', ['2017-01-19']],
    ['It was signed yesterday.', null, [null]],
    ['It was signed on Monday.', '2017-01-20', [null]],
    ['It lasts from 3 to 9 March 2017.', '2017-01-20', [null]],
  ];
  for (const [text, published, expected] of cases) t.same(datesIn(text, published), expected, `${text} ${published}`);
});

const invented = `Alibaba Opens a Store
The IOC and Alibaba signed a six-year deal worth US$600 million on 19 January 2017.
The campaign "The Greatness of Small" will launch on 1 February 2018 with three commercials.
Alibaba will provide cloud services at Tokyo 2020 and the 2022 Winter Olympics.
Subscribe.`;

t.test('a draft names what a text speaks of, and suggests reports by its words', async (t) => {
  const { paragraphs, yaml } = draftOf(invented, '2017-01-20');
  t.match(yaml, /^partnership: alibaba\.ioc$/m);
  t.same(
    paragraphs.map(({ suggestions }) => suggestions),
    [
      [],
      [
        '- { PartnershipSigned: ~, happened: 2017-01-19, p: 2 }',
        '- { TermAgreed: ~, happened: 2017-01-19, years: 6, p: 2 }',
        '- { FinancialTermsReported: ~, amount: 600000000, currency: USD, p: 2 }',
      ],
      [
        '- { CampaignLaunched: greatness-of-small, planned: 2018-02-01, p: 3 }',
        '- { CreativeCountStated: greatness-of-small, count: 3, p: 3 }',
      ],
      [
        '- { CategoryGranted: cloud-services, happened: ~, p: 4 }',
        '- { ObligationUndertaken: cloud-services, happened: ~, games: [2020S, 2022W], p: 4 }',
      ],
      [],
    ],
  );
});

t.test('nothing of a draft is read until a person takes the marks away; then it is an article file', async (t) => {
  const { yaml, textSha256 } = draftOf(invented, '2017-01-20');
  const file = { file: 'draft', subjects, of: { sha256: textSha256, paragraphs: 5 } };
  const unread = readArticle(yaml, file);
  t.equal(unread.reading, null);
  t.same(unread.open, [1, 2, 3, 4, 5]);
  const read = yaml
    .replaceAll('#? ', '')
    .replace('publishedBasis:', 'publishedBasis: Printed under the headline')
    .replace('publisher:', 'publisher: Gazette')
    .concat('  newsletter: 5\n');
  const { reading, problems } = readArticle(read, file);
  t.same(problems, []);
  t.equal(reading?.reports.length, 8);
});

t.test('no text breaks out of the comments of its draft', async (t) => {
  const hostile = 'Fine\rreports: [x]\u2028- { PartnershipSigned: ~ }\u0085omitted: {}\n"#? { : & * ! | > %';
  const { yaml, textSha256 } = draftOf(hostile, null);
  const { reading, open } = readArticle(yaml, { file: 'x', subjects, of: { sha256: textSha256, paragraphs: 2 } });
  t.equal(reading, null);
  t.same(open, [1, 2]);
});
