import * as z from 'zod';
import { correctionBasis } from '../vocabulary/event-data.ts';
import { measure, money, storedValue } from '../vocabulary/event-type.ts';
import { referenceProblem } from './correction.ts';
import { type StewardCommand, withdrawalProblem } from './steward.ts';

const maxLengths = { key: 400, reason: 4_000, title: 500, text: 4_000, names: 1_000, reports: 10_000 };

function textOf(maxLength: number) {
  return z
    .string('write a text here')
    .max(maxLength, `it has at most ${maxLength} characters`)
    .refine((text) => text.trim() !== '', 'it is empty')
    .refine((text) => text.isWellFormed(), 'it is not Unicode: it contains half of a surrogate pair')
    .refine((text) => !text.includes('\ufffd'), 'a character was lost: send the body as UTF-8')
    .refine((text) => !controlCharacter.test(text), 'control characters are not allowed');
}

// A date (EDTF) that has to pass a check of its own.
function dateText(problemIn: typeof referenceProblem) {
  return textOf(maxLengths.title).superRefine((text, context) => {
    const problem = text.trim() === '' ? null : problemIn(text);
    if (problem === null) return;
    const { message, suggestion } = problem;
    context.addIssue({ code: 'custom', message, params: { suggestion } });
  });
}

// As in articles: control characters other than tab and line break may harm a terminal.
const controlCharacter = /(?![\t\n\r])\p{Cc}/u;

const fact = textOf(maxLengths.key).describe('key of the fact, kind/subject/milestone');

const reason = textOf(maxLengths.reason).describe('why; everybody who reads the fact later reads this');

const withdrawnOn = dateText(withdrawalProblem)
  .optional()
  .describe(
    'when the publisher withdrew it (EDTF): who read it before, by reportedAsOf, still had it; without it, it counts for no reader',
  );

const revision = z.int('write a whole number from 1').positive('write a whole number from 1');

const reports = z
  .array(z.uuid('write the id of a report; the fact lists them'), 'write a list of ids of reports')
  .min(1, 'leave it out to judge every report of the fact')
  .max(maxLengths.reports, `it has at most ${maxLengths.reports} ids`)
  .optional()
  .describe('ids of the reports to judge (default: every report of the fact as of the version that was seen)');

const valueDecision = {
  fact,
  reports,
  field: textOf(maxLengths.key).describe('a field of the fact, or date'),
  value: z
    .union(
      [
        textOf(maxLengths.text),
        storedValue('flag'),
        storedValue('quantity'),
        storedValue('territoryDates'),
        z.array(textOf(maxLengths.text)).min(1).max(maxLengths.names),
        money,
        measure,
      ],
      'write a text, true or false, a number, { min }, { max } or { about }, a list of texts, none of them empty, or, of money and of a number with its unit, the whole value as an alternative shows it',
    )
    .describe('what is right, in the form of the field'),
  basis: correctionBasis.describe(
    'misread: we misread the article; this holds at every reportedAsOf. publisher-corrected and better-evidence need a reference and hold from its date',
  ),
  reason,
  reference: z
    .strictObject(
      {
        title: textOf(maxLengths.title).describe('what shows it'),
        published: dateText(referenceProblem).describe(
          'when it was published (EDTF): on the reported clock the decision holds from then on',
        ),
      },
      'a reference is { title, published }',
    )
    .nullish(),
};

/** A correction: a field (or the date) that reports have wrong. */
export const correction = decisionForm(
  z.strictObject(valueDecision).describe('A field that reports have wrong, and what is right'),
  ({ reports = [], reference = null, ...body }, grounds) => {
    return { type: 'CorrectFact', ...body, reports, reference, ...grounds };
  },
);

/** A resolution: a contest on a field (or the date, or the modality) is settled. */
export const resolution = decisionForm(
  z
    .strictObject({ ...valueDecision, field: textOf(maxLengths.key).describe('a field of the fact, date or modality') })
    .describe('A field on which reports disagree, and what is right'),
  ({ reports = [], reference = null, ...body }, grounds) => {
    return { type: 'ResolveContest', ...body, reports, reference, ...grounds };
  },
);

/** A retraction: reports of a fact no longer count. */
export const retraction = decisionForm(
  z.strictObject({ fact, reports, withdrawnOn, reason }).describe('Reports that no longer count'),
  ({ reports = [], ...body }, grounds) => ({ type: 'RetractFact', ...body, reports, ...grounds }),
);

/** A merge: two keys name one fact. */
export const merge = decisionForm(
  z
    .strictObject({
      fact: fact.describe('key of the fact that remains; If-Match is about this one'),
      from: fact.describe('key of the fact that is merged into it'),
      fromVersion: revision.optional().describe('the version of the latter that was seen'),
      reason,
    })
    .describe('Two keys that name one fact'),
  ({ fact, from, reason }, grounds) => ({ type: 'MergeFacts', fact, from, reason, ...grounds }),
);

/** A merge was a mistake: what was merged stands apart again. */
export const separation = decisionForm(
  z
    .strictObject({
      fact: fact.describe('key of the fact that remained; If-Match is about this one'),
      from: fact.describe('key that was merged into it and stands apart from now on'),
      reason,
    })
    .describe('Two keys that were merged and do not name one fact'),
  (body, grounds) => ({ type: 'UndoMerge', ...body, ...grounds }),
);

/** The retraction of an article: it no longer counts, up to a revision. */
export const articleRetraction = decisionForm(
  z
    .strictObject({
      revision: revision.optional().describe('the last revision that no longer counts (default: the highest)'),
      withdrawnOn,
      reason,
    })
    .describe('An article that no longer counts'),
  ({ revision = null, ...body }, grounds, id) => {
    return { type: 'RetractArticle', article: id, revision, ...body, ...grounds };
  },
);

/** What a steward writes, and the command that it stands for; `id` is that of the article, or of the partnership. */
export type DecisionForm<Body extends z.ZodObject> = {
  readonly body: Body;
  readonly toCommand: (body: z.infer<Body>, grounds: Grounds, id: string) => StewardCommand;
};

/** Who decides, under which key, and the SHA-256 of the request, where it came over HTTP. */
export type Grounds = { readonly actor: string; readonly key: string; readonly request?: string };

function decisionForm<Body extends z.ZodObject>(
  body: Body,
  toCommand: DecisionForm<Body>['toCommand'],
): DecisionForm<Body> {
  return { body, toCommand };
}
