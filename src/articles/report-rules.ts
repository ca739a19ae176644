import type { EventType } from '../domain/events/event-type.ts';
import type { Modality, Speaker } from '../domain/events/metadata.ts';
import { nearest } from '../domain/nearest.ts';
import type { CorrectionDraft } from '../domain/reading.ts';
import { certainlyBefore, type UncertainDate } from '../domain/uncertain-date.ts';
import type { AuthoredSpeaker } from './authored-speaker.ts';
import type { KeyHints } from './check-object.ts';
import { type Finding, finding, type Path } from './problem.ts';

type Rule = readonly Finding[];

/** What to say of keys that other types have. */
export function keyHints(type: EventType): KeyHints {
  const hints = new Map<string, { message: string; suggestion?: string }>();
  const statement = { message: `${type.type} is itself a statement, so it is always happened`, suggestion: 'happened' };
  if (type.statement) hints.set('planned', statement).set('denied', statement);
  const noGames = { message: `${type.type} knows no Games` };
  if (type.edition === 'none') hints.set('games', noGames).set('implied', noGames);
  return hints.set('campaign', { message: `${type.type} is not part of a campaign` });
}

/** Anything but a statement says exactly one of happened, planned and denied. */
export function modalityRule(type: EventType, given: readonly Modality[], path: Path): Rule {
  const [first, second] = given;
  if (first && second)
    return [finding([...path, second], `a report is happened, planned or denied: ${first} is given`)];
  if (first || type.statement) return [];
  return [finding(path, `${type.type} says neither happened, planned nor denied (without a day: an empty value)`)];
}

/** An article cannot report as happened what comes after its publication. */
export function happenedRule(type: EventType, happened: UncertainDate, published: UncertainDate, path: Path): Rule {
  return certainlyBefore(published, happened)
    ? [
        finding(
          [...path, 'happened'],
          `${happened.edtf} is wholly after the publication (${published.edtf}), so it had not happened yet`,
          type.statement ? undefined : 'planned',
        ),
      ]
    : [];
}

/** A plan for a day that had passed before the article was published is odd, but can be told. */
export function plannedDoubt(planned: UncertainDate, published: UncertainDate, path: Path): Rule {
  return certainlyBefore(planned, published)
    ? [
        finding(
          [...path, 'planned'],
          `${planned.edtf} is wholly before the publication (${published.edtf}): is it still a plan?`,
        ),
      ]
    : [];
}

/** A term does not end before it starts, whatever days within the bounds are chosen. */
export function termRule(start: UncertainDate | undefined, end: UncertainDate | undefined, path: Path): Rule {
  return start && end && certainlyBefore(end, start)
    ? [finding([...path, 'end'], `the term ends (${end.edtf}) before it starts (${start.edtf})`)]
    : [];
}

/** The article has the paragraphs that are cited. */
export function paragraphRule(cited: readonly number[], count: number, path: Path): Rule {
  return cited
    .filter((paragraph) => paragraph > count)
    .map((paragraph) => finding(path, `there is no paragraph ${paragraph}: the article has ${count}`));
}

/** `implied` says of Games that the article does not name them; without Games it says nothing. */
export function impliedRule(implied: boolean, games: readonly string[], path: Path): Rule {
  return implied && games.length === 0
    ? [finding([...path, 'implied'], 'implied is said of Games, and none are given (games: 2018W..2028S)')]
    : [];
}

/** The speaker that a short name stands for. */
export function speakerOf(
  speaker: AuthoredSpeaker | undefined,
  speakers: ReadonlyMap<string, Speaker>,
  path: Path,
): { readonly speaker: Speaker | null; readonly findings: Rule } {
  if (speaker === undefined) return { speaker: null, findings: [] };
  if (!('short' in speaker)) return { speaker, findings: [] };
  const found = speakers.get(speaker.short);
  if (found) return { speaker: found, findings: [] };
  const [suggestion] = nearest(speaker.short, speakers.keys(), { limit: 1 });
  const message = `${speaker.short} is none of the file's speakers: add it there, or write "Name, role"`;
  return { speaker: null, findings: [finding([...path, 'speaker'], message, suggestion)] };
}

/** A correction says something else than the report. */
export function correctionRule(corrections: readonly CorrectionDraft[], path: Path): Rule {
  return corrections
    .filter(({ said, value }) => JSON.stringify(said) === JSON.stringify(value))
    .map(({ field }) => finding([...path, 'corrected', field, 'to'], 'this is what the report says already'));
}
