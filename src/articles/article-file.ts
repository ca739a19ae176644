import * as z from 'zod';
import { because } from '../domain/events/article.ts';
import { attributions } from '../domain/events/metadata.ts';
import { authored, refuseAt } from './authored.ts';
import { publicationDate } from './authored-date.ts';
import { mostParagraphs, paragraphs, paragraphsSchema } from './authored-paragraphs.ts';
import { speakers } from './authored-speaker.ts';
import { choice, count, ofForm, text, word, wordOrNull } from './authored-text.ts';
import { reportSchemas } from './report-file.ts';
import { isList, isMap, nameOf, type SourceValue } from './source-value.ts';

type Omission = { readonly reason: string; readonly paragraphs: readonly number[] };

const omittedParagraphs = paragraphs('Paragraphs that gave no report');

const omitted = authored<readonly Omission[]>(
  {
    type: 'object',
    additionalProperties: paragraphsSchema,
    description: 'Paragraphs that gave no report, by reason. Every paragraph is cited by a report or stands here',
  },
  (value, refuse) => {
    if (!isMap(value)) return refuse(`a map of reasons to paragraphs belongs here, not ${nameOf(value)}`);
    return Object.entries(value).flatMap(([reason, list]) => {
      const at = refuseAt(refuse, [reason]);
      if (reason.trim() === '') at('a reason is missing');
      const read = omittedParagraphs.safeParse(list);
      for (const { message, path, ...issue } of read.error?.issues ?? []) {
        const { suggestion } = ('params' in issue ? issue.params : {}) as { suggestion?: string };
        at(message, { suggestion, path: path as (string | number)[] });
      }
      return read.success ? [{ reason: reason.trim(), paragraphs: read.data }] : [];
    });
  },
);

const shape = {
  article: ofForm(
    /^[a-z0-9][a-z0-9.-]{0,99}$/,
    'small letters, digits, - and . belong here',
    'Id of the article, unique in the ledger',
  ),
  revision: count(9999, 'Which reading or version of the article this is; 1 if left out').optional(),
  because: choice(
    because.options,
    'From revision 2 on: our reading was wrong (reread), or the publisher changed the article (republished)',
  ).optional(),
  partnership: ofForm(
    /^[a-z0-9]+(?:-[a-z0-9]+)*\.[a-z0-9]+(?:-[a-z0-9]+)*$/,
    '<partner>.<rights holder> belongs here',
    '`<partner>.<rights holder>`, as slugs',
  ),
  title: wordOrNull('The headline; null where the text has none'),
  publisher: word('The publisher; `unknown` where the text names none'),
  published: publicationDate(
    'When it was published (EDTF); may be left out of a reread only, which then inherits it',
  ).optional(),
  publishedBasis: text('How we know when it was published').optional(),
  textSha256: ofForm(/^[0-9a-f]{64}$/, 'a SHA-256 in hex has 64 digits', 'SHA-256 of the text of the article, in hex'),
  paragraphs: count(mostParagraphs, 'How many non-blank lines the text has, headline included'),
  by: choice(attributions, 'Who says so, in all reports that do not say otherwise').optional(),
  speakers: speakers('Short names for `speaker`: short name -> `Name, role`').optional(),
};

const rawReports = authored<readonly SourceValue[]>({}, (value, refuse) => {
  if (value === '') return [];
  return isList(value) ? value : refuse(`a list of reports belongs here, not ${nameOf(value)}`);
});

/** An article file with its reports still as written: they are checked one by one, each by the schema of its type. */
export const articleHead = z.strictObject({ ...shape, reports: rawReports, omitted: omitted.optional() });

/** An article file as a whole, for editors. */
export const articleFile = z
  .strictObject({
    ...shape,
    reports: z.array(z.union(reportSchemas)).describe('What the article reports: one milestone a report'),
    omitted: omitted.optional(),
  })
  .meta({
    title: 'Article',
    description: 'An article as evidence: what it reports of a partnership, paragraph by paragraph',
  });
