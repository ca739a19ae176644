import { editionSlug } from '../domain/edition.ts';
import { factKey } from '../domain/fact-key.ts';
import type { ReportDraft } from '../domain/reading.ts';
import type { AuthoredReport } from './authored-report.ts';
import type { Path } from './problem.ts';

/** A report on one fact, and the place in the file that names its subject. */
export type PlacedDraft = { readonly draft: ReportDraft; readonly path: Path };

function editionsOf({ type, games }: AuthoredReport): readonly (string | null)[] {
  const ofIdentity = type.edition === 'key' || type.edition === 'required';
  return ofIdentity && games.length > 0 ? games : [null];
}

/** How many facts a statement is on. */
export function numberOfFacts(report: AuthoredReport): number {
  return report.subjects.length * editionsOf(report).length;
}

/**
 * One report a fact: for every subject and, where the Games are part of what a fact is, every edition. All else is
 * shared.
 */
export function expandReport(report: AuthoredReport, partnership: string): readonly PlacedDraft[] {
  const { type, subjects, date, games, ...shared } = report;
  return subjects.flatMap(({ subject, path }) =>
    editionsOf(report).map((edition) => ({
      path,
      draft: {
        ...shared,
        type: type.type,
        fact: factKey(type, {
          partnership,
          subject: subject?.toLowerCase() ?? null,
          campaign: report.campaign,
          edition: edition && editionSlug(edition),
        }),
        date: date?.edtf ?? null,
        subject,
        games: edition === null ? games : [edition],
      },
    })),
  );
}

/** Reports on the same fact in the same modality from the same mouth: the place of each but the first, and that of the first. */
export function repeatedDrafts(drafts: readonly PlacedDraft[]): readonly (PlacedDraft & { readonly first: Path })[] {
  const firsts = new Map<string, Path>();
  return drafts.flatMap(({ draft, path }) => {
    const mouth = JSON.stringify([draft.fact, draft.modality, draft.attribution, draft.speaker?.name ?? null]);
    const first = firsts.get(mouth);
    if (first === undefined) firsts.set(mouth, path);
    return first === undefined ? [] : [{ draft, path, first }];
  });
}
