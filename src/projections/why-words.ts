import type { StageRule } from '../domain/fact-state.ts';
import type { Outcome, RankRule } from '../domain/trail.ts';
import type { Excluded, ValueWhy } from './shapes/why.ts';
import type { StatusRule } from './status.ts';

const ranks: Readonly<Record<RankRule, string>> = {
  attribution: 'its attribution weighs less',
  'independent-articles': 'fewer independent articles say so',
  'later-publication': 'what it lost to was certainly published later',
  'narrower-publication': 'the bounds of its publication are wider',
  'smallest-id': 'nothing else tells them apart, so the smallest report id decides',
};

/** A rule of the ranking, as the reason why something lost by it. */
export function rankText(rule: RankRule): string {
  return ranks[rule];
}

const stages: Readonly<Record<StageRule, string>> = {
  happened: 'a report says that it happened, and none denies it',
  'happened-after-denial': 'it certainly happened after it was denied',
  planned: 'reports say that it is planned, and none that it happened or that it is not so',
  denied: 'a report denies it, and none says that it happened or is planned',
  'denied-after-plan': 'it was denied, certainly after it was planned',
  weighed: 'reports contend on it, and the ranking or a steward chose',
};

const values: Readonly<Record<ValueWhy['rule'], string>> = {
  ...stages,
  'only-one': 'one report alone gives it',
  'all-agree': 'all reports that give it agree',
  intersection: 'reports overlap: what all of them allow',
  union: 'reports add to each other: what all of them name',
  resolution: 'a steward decided on it',
  'latest-published-plan': 'of several plans the latest published one that has a date',
  'window-of-the-games': 'no report gives it a day; it is planned for these Games, so it takes their dates',
  'first-publication': 'no report dates it; it happened by the day on which the first report was certainly published',
  attribution: 'it has the best attribution',
  'independent-articles': 'more independent articles say so than anything else of equal attribution',
  'later-publication': 'what contradicts it was certainly published earlier, by sources that weigh the same',
  'narrower-publication': 'its publication is known more narrowly than that of what contradicts it',
  'smallest-id': 'nothing tells it from what contradicts it but the smallest report id',
};

/** Why a value is the displayed one, in a sentence. */
export function valueText(rule: ValueWhy['rule']): string {
  return values[rule];
}

const reported: Readonly<Record<Outcome, string>> = {
  leads: 'says what is displayed, or leads to it',
  agrees: 'agrees with it',
  narrows: 'narrows it',
  adds: 'adds to it',
  'too-weak': 'would narrow it, but second-hand reports and guesses never narrow what a better one says',
  apart: 'contradicts it and stands beside it as an alternative',
  covered: 'was judged by the decision, and agrees with it',
  'covered-apart': 'was judged by the decision, and says otherwise; it contests nothing any more',
  'not-shown': 'is worded otherwise; the best report is shown',
  replaced: 'gives an earlier plan, which a later one replaced',
  restates: 'restates the plan, no more exactly',
  guess: 'guesses, which dates no plan of which anyone else speaks',
  undated: 'gives no date',
  bounds: 'was certainly published first, which bounds the date',
  yields: 'speaks of it in a way that what is displayed has overtaken',
  'not-yet': 'speaks of what had not come by occurredAsOf',
};

/** What became of what an article says, in a sentence. */
export function outcomeText(article: string, outcome: Outcome): string {
  return `article ${article} ${reported[outcome]}`;
}

const excluded: Readonly<Record<Excluded['rule'], string>> = {
  'published-later': 'was certainly published after reportedAsOf',
  'not-certainly-published': 'was published by reportedAsOf only possibly, which timing=certain leaves out',
  republished: 'stands in a text that a later publication of the article replaced',
  reread: 'stands in a reading that a later reading of the same text replaced',
  'not-read-yet': 'belongs to an article that was not read to its end at this position',
  'article-retracted': 'stands in an article that was retracted',
  retracted: 'was retracted by a steward',
};

/** Why a report does not count, in a sentence. */
export function exclusionText(rule: Excluded['rule']): string {
  return `the report ${excluded[rule]}`;
}

const statuses: Readonly<Record<StatusRule, string>> = {
  stage: 'it is that of the displayed modality',
  'called-off': 'it was planned, and what ended its subject happened',
  'no-day-named': 'it is planned, and nothing names a day',
  'day-to-come': 'it is planned for after occurredAsOf',
  'day-has-come': 'the first planned day has come, and no report says that it happened',
  'day-long-past': 'the last planned day is more than 30 days past, and no report says that it happened',
  'no-report-counts': 'every report of it was replaced or retracted',
};

/** Why a fact has its status, in a sentence. */
export function statusText(rule: StatusRule): string {
  return statuses[rule];
}
