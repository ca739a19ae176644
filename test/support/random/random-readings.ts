import * as fc from 'fast-check';
import type { ReadingDraft, ReportDraft } from '../../../src/domain/decisions/reading.ts';
import { article } from '../given.ts';
import { anyPublication } from './random-dates.ts';

// An article gives at most one report per fact, modality, attribution and speaker.
const mouth = ({ fact, modality, attribution, speaker }: ReportDraft): string =>
  JSON.stringify([fact, modality, attribution, speaker]);

const anyReports = (report: fc.Arbitrary<ReportDraft>) =>
  fc.uniqueArray(report, { minLength: 1, maxLength: 4, selector: mouth });

/** The revisions of one article: the first, re-readings with or without a date of their own, and republished ones. */
export const anyRevisions = (
  id: string,
  partnership: string,
  report: fc.Arbitrary<ReportDraft>,
): fc.Arbitrary<readonly ReadingDraft[]> =>
  fc
    .array(
      fc.record({
        reports: anyReports(report),
        // The statements that a revision keeps from the one before.
        keeps: fc.boolean(),
        published: anyPublication,
        because: fc.constantFrom('reread' as const, 'republished' as const),
        inherits: fc.boolean(),
        publisher: fc.constantFrom('Daily', 'Weekly', null),
      }),
      { minLength: 1, maxLength: 3 },
    )
    .map((revisions) =>
      revisions.map(({ reports, keeps, published, because, inherits, publisher }, i) => {
        const before = keeps ? (revisions[i - 1]?.reports ?? []) : [];
        const told = new Map([...before, ...reports].map((one) => [mouth(one), one]));
        return article(id, i > 0 && because === 'reread' && inherits ? null : published, [...told.values()], {
          revision: i + 1,
          publisher,
          partnership,
          ...(i === 0 ? {} : { because }),
        });
      }),
    );
