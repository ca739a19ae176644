import * as z from 'zod';
import { storedValue } from '../../domain/events/field.ts';
import { correctionBasis } from '../../domain/events/steward.ts';
import { referenceProblem } from '../../domain/reference-problem.ts';

const longest = { key: 400, reason: 4_000, title: 500, text: 4_000, names: 1_000, reports: 10_000 };

// As in articles: tabs and line breaks apart, control characters do harm on terminals.
const control = /(?![\t\n\r])\p{Cc}/u;

function textOf(most: number) {
  return z
    .string('a text belongs here')
    .max(most, `it has at most ${most} characters`)
    .refine((text) => text.trim() !== '', 'it is empty')
    .refine((text) => text.isWellFormed(), 'it is no Unicode text: half of a surrogate pair is in it')
    .refine((text) => !text.includes('\ufffd'), 'a character was lost: send the body as UTF-8')
    .refine((text) => !control.test(text), 'control characters are refused');
}

const reason = textOf(longest.reason).describe('why; whoever reads the fact later reads this');
const fact = textOf(longest.key).describe('key of the fact, kind/subject/milestone');
const revision = z.int('a whole number from 1 belongs here').positive('a whole number from 1 belongs here');

const reports = z
  .array(z.uuid('the id of a report belongs here; the fact lists them'), 'a list of ids of reports belongs here')
  .min(1, 'leave it out to judge every report of the fact')
  .max(longest.reports, `it has at most ${longest.reports} ids`)
  .optional()
  .describe('ids of the reports that are judged; left out: every report of the fact as of the version that was seen');

const value = z
  .union(
    [
      textOf(longest.text),
      storedValue('flag'),
      storedValue('quantity'),
      z.array(textOf(longest.text)).min(1).max(longest.names),
    ],
    'a text, true or false, a number, { min }, { max } or { about }, or a list of texts belongs here, none of them empty',
  )
  .describe('what is right, in the form of the field');

const reference = z
  .strictObject(
    {
      title: textOf(longest.title).describe('what shows it'),
      published: textOf(longest.title)
        .superRefine((text, context) => {
          const problem = text.trim() === '' ? null : referenceProblem(text);
          if (problem === null) return;
          const { message, suggestion } = problem;
          context.addIssue({ code: 'custom', message, params: { suggestion } });
        })
        .describe('when it became public (EDTF): the decision holds from there on the reported clock'),
    },
    'a reference is { title, published }',
  )
  .nullish();

const basis = correctionBasis.describe(
  'misread: we misread the article, which holds at every reportedAsOf; publisher-corrected and better-evidence need a reference and hold from its date',
);

const valued = {
  fact,
  reports,
  field: textOf(longest.key).describe('a field of the fact, or date'),
  value,
  basis,
  reason,
  reference,
};

/** A field (or the date) of reports is put right. */
export const correctionBody = z.strictObject(valued).describe('A field that reports have wrong, and what is right');

/** A contest on a field (or the date, or the modality) is settled. */
export const resolutionBody = z
  .strictObject({ ...valued, field: textOf(longest.key).describe('a field of the fact, date or modality') })
  .describe('A field on which reports disagree, and what is right');

/** Reports of a fact no longer count. */
export const retractionBody = z.strictObject({ fact, reports, reason }).describe('Reports that no longer count');

/** Two keys name one fact. */
export const mergeBody = z
  .strictObject({
    fact: fact.describe('key of the fact that remains; If-Match is about this one'),
    from: fact.describe('key of the fact that is merged into it'),
    fromVersion: revision.optional().describe('the version of the latter that was seen'),
    reason,
  })
  .describe('Two keys that name one fact');

/** An article no longer counts, up to a revision. */
export const articleRetractionBody = z
  .strictObject({
    revision: revision.optional().describe('the last revision that no longer counts; left out: the highest there is'),
    reason,
  })
  .describe('An article that no longer counts');
