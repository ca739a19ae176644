import { certainlyBefore, type UncertainDate, uncertainDate } from '../vocabulary/dates.ts';
import { asText, everywhere, type TerritoryDates } from '../vocabulary/event-type.ts';
import { type Edition, firstDayOf } from '../vocabulary/games-editions.ts';
import { type Quantity, quantityBounds } from '../vocabulary/quantity.ts';
import { isFirm } from './evidence.ts';
import { type FactState, inModality, isGuess, isHearsay } from './fact.ts';
import type { Occurrence } from './occurrence.ts';
import { boundaryOf, firmTermOf, happenedOfType, termOf } from './term.ts';
import { fitsLength } from './wholes.ts';

/**
 * The business rules that each fact breaks, by fact key. A rule is broken only if it is broken for every choice of days
 * within the bounds of the dates; what is missing is a gap, not a violation. Flags are derived anew for every view, so
 * the order of arrival plays no part.
 */
export function flagsOf(facts: readonly FactState[], context: PolicyContext): ReadonlyMap<string, readonly Flag[]> {
  const flags = Object.entries(policies).flatMap(([rule, policy]) =>
    policy(facts, context).map((broken) => ({ rule, ...broken })),
  );
  return new Map(
    [...Map.groupBy(flags, ({ fact }) => fact)].map(([fact, broken]) => [
      fact,
      broken.map(({ rule, detail }) => ({ rule, detail })).toSorted(compareFlags),
    ]),
  );
}

/** A business rule that a fact breaks. */
export type Flag = { readonly rule: string; readonly detail: string };

/**
 * Whether flags say that a fact comes in an order that the rules do not allow. Such a fact advances no status; what breaks
 * any other rule counts, and is shown with its flag.
 */
export function isIllegalMove(flags: readonly Flag[]): boolean {
  return flags.some(({ rule }) => orderRules.has(rule));
}

const orderRules: ReadonlySet<string> = new Set(['campaign-order', 'storefront-order', 'obligation-transitions']);

/**
 * Whether a steward may not state a value by which its fact breaks this rule. The other rules remark on how reports fit
 * together; whoever decides may know better than the other report.
 */
export function isForbidding({ rule }: Flag): boolean {
  return orderRules.has(rule) || rule === 'term' || rule === 'coverage' || rule === 'category-exclusivity';
}

/** A flag with the fact that bears it. */
export type FactFlag = Flag & { readonly fact: string };

/** What the rules need to know beside the facts of the partnership. */
export type PolicyContext = {
  /** When each known edition takes place. */
  readonly windows: ReadonlyMap<Edition, UncertainDate>;
  /** Categories of the same rights holder that other partners hold. */
  readonly otherHoldings: readonly CategoryHolding[];
};

/** Where and how long a party holds a category; a null end means until one is reported. */
export type CategoryHolding = {
  readonly partnership: string;
  readonly category: string;
  readonly territory: Territory;
  readonly start: UncertainDate;
  readonly end: UncertainDate | null;
};

/** Territories, by their codes; null: everywhere, `without` some. */
type Territory = { readonly codes: readonly string[] | null; readonly without: readonly string[] };

/** The context of a command that no business rule can refuse. */
export const noRules: PolicyContext = { windows: new Map(), otherHoldings: [] };

const fulfilment = [
  'ObligationConfirmed',
  'ObligationMilestoneReached',
  'ObligationPartlyDelivered',
  'ObligationDelivered',
];

/** Every business rule of a partnership, by its name. */
const policies: Readonly<Record<string, Policy>> = {
  term: isWithinTerm,
  'term-length': isAsLongAsAgreed,
  coverage: isOfCoveredGames,
  'category-exclusivity': holdsCategoryAlone,
  'before-its-games': isDeliveredAtGames,
  'count-below-named': countsAllNamed,
  'plan-after-fact': isPlannedBefore,

  /** A campaign ends after it was launched, and nothing of it starts once it has ended or was called off. */
  'campaign-order': followsOrder([
    { types: ['CampaignEnded'], notBefore: ['CampaignLaunched'] },
    { types: ['CampaignLaunched', 'CampaignEnded'], notAfter: ['CampaignCancelled'] },
    {
      types: ['CampaignPhaseStarted', 'CreativeReleased', 'MarketEntered'],
      notAfter: ['CampaignEnded', 'CampaignCancelled'],
    },
  ]),

  /** A storefront is suspended or closed after it was opened, and not suspended once it is closed, unless it reopened. */
  'storefront-order': followsOrder([
    { types: ['StorefrontSuspended', 'StorefrontClosed', 'StorefrontReopened'], notBefore: ['StorefrontOpened'] },
    { types: ['StorefrontSuspended'], notAfter: ['StorefrontClosed'], unless: ['StorefrontReopened'] },
  ]),

  /** Nothing precedes the undertaking, nothing follows a waiver, and what is delivered cannot be put off or broken. */
  'obligation-transitions': followsOrder([
    {
      types: [...fulfilment, 'ObligationPostponed', 'ObligationWaived', 'ObligationBreached'],
      notBefore: ['ObligationUndertaken'],
    },
    { types: [...fulfilment, 'ObligationPostponed', 'ObligationBreached'], notAfter: ['ObligationWaived'] },
    { types: ['ObligationPostponed', 'ObligationWaived', 'ObligationBreached'], notAfter: ['ObligationDelivered'] },
    { types: ['BreachCured'], notBefore: ['ObligationBreached'] },
  ]),
};

/** The names of the business rules. */
export const ruleNames: readonly string[] = Object.keys(policies);

/** Names the facts that break a business rule, each with the reason. */
type Policy = (facts: readonly FactState[], context: PolicyContext) => readonly Breach[];

type Breach = { readonly fact: string; readonly detail: string };

/**
 * A term ends after it starts, and what the partner does under it lies within it. Undertaking and announcing are acts of
 * agreement: they happen on the day they are made, before the term if need be.
 */
function isWithinTerm(facts: readonly FactState[]): readonly Breach[] {
  const { start, end } = termOf(facts);
  if (start !== null && end !== null && certainlyBefore(end, start)) {
    const detail = `the term ends (${end.edtf}) before it starts (${start.edtf})`;
    return facts.filter(({ type }) => type.type === 'TermAgreed').map(({ key }) => ({ fact: key, detail }));
  }
  const { start: from, end: until } = firmTermOf(facts);
  return facts.flatMap((fact): readonly Breach[] => {
    const days = fact.occurrence?.dates ?? (fact.plan.current === null ? [] : [fact.plan.current.date]);
    const [day] = days;
    if (day === undefined || fact.stage === 'denied' || !isDoneUnderTerm(fact)) return [];
    if (until !== null && days.every((one) => certainlyBefore(until, one))) {
      return [{ fact: fact.key, detail: `${day.edtf} is after the end of the term (${until.edtf})` }];
    }
    if (from !== null && days.every((one) => certainlyBefore(one, from))) {
      return [{ fact: fact.key, detail: `${day.edtf} is before the start of the term (${from.edtf})` }];
    }
    return [];
  });
}

/**
 * The length of a term agrees with its start and its end, whatever report tells of each. Where the displayed term lacks a
 * bound, those that a report gives count.
 */
function isAsLongAsAgreed(facts: readonly FactState[]): readonly Breach[] {
  const terms = facts.filter((fact) => fact.type.wholes['term']?.parts.includes('years') && fact.stage !== 'denied');
  return terms.flatMap((fact) => {
    const told = inModality(fact, fact.stage).filter(isFirm);
    const shown = { start: fact.fields['start']?.value, end: fact.fields['end']?.value };
    const bounds = shown.start && shown.end ? [shown] : told.map(({ fields: { start, end } }) => ({ start, end }));
    const details = told.flatMap(({ fields: { years } }) =>
      bounds.flatMap(({ start, end }) => {
        if (years === undefined || start === undefined || end === undefined) return [];
        const [from, to] = [uncertainDate(asText(start)), uncertainDate(asText(end))];
        const isRight = fitsLength(from, to, years as Quantity);
        return isRight ? [] : [`a length of ${yearsText(years as Quantity)} does not fit ${from.edtf} to ${to.edtf}`];
      }),
    );
    return [...new Set(details)].map((detail) => ({ fact: fact.key, detail }));
  });
}

function yearsText(years: Quantity): string {
  if (typeof years === 'number') return `${years} ${years === 1 ? 'year' : 'years'}`;
  return `${Object.entries(years)
    .map(([bound, count]) => `${bound} ${count}`)
    .join(', ')} years`;
}

function isDoneUnderTerm({ type }: FactState): boolean {
  return exercisedKinds.has(type.kind) && type.statement !== true && !agreements.has(type.type);
}

/**
 * The kinds of facts in which a partner exercises its rights or meets its duties. Statements about the partnership may
 * come at any time and concern any Games.
 */
export const exercisedKinds: ReadonlySet<string> = new Set([
  'obligation',
  'campaign',
  'phase',
  'creative',
  'market',
  'activation',
  'co-activation',
  'storefront',
  'initiative',
]);

const agreements: ReadonlySet<string> = new Set([
  'ObligationUndertaken',
  'ActivationPostponed',
  'CampaignAnnounced',
  'CampaignPostponed',
  'InitiativeAnnounced',
  'InitiativePostponed',
  'MarketPostponed',
  'StorefrontPostponed',
  'CoActivationDiscussed',
  'CoActivationAgreed',
]);

/**
 * What the partner does or owes concerns Games that the partnership covers. Games are outside if a list that claims
 * to be complete lacks them, or if they certainly open after the term has ended.
 */
function isOfCoveredGames(facts: readonly FactState[], { windows }: PolicyContext): readonly Breach[] {
  const declared = happenedOfType(facts, 'CoverageDeclared');
  const covered = new Set(declared.flatMap(({ games }) => games));
  const isComplete = declared.some(({ fields }) => fields['complete']?.value === true);
  const { end } = firmTermOf(facts);
  const outside = (edition: Edition): string | null => {
    if (isComplete && !covered.has(edition)) return `${edition} is not among the Games that the partnership covers`;
    const opening = windows.get(edition)?.earliest ?? firstDayOf(edition);
    return end?.latest != null && opening > end.latest
      ? `${edition} opens after the end of the term (${end.edtf})`
      : null;
  };
  return facts
    .filter(({ stage, type }) => stage !== 'denied' && (type.kind === 'coverage' || exercisedKinds.has(type.kind)))
    .flatMap(({ key, games }) =>
      games.flatMap((edition) => {
        const detail = outside(edition);
        return detail === null ? [] : [{ fact: key, detail }];
      }),
    );
}

/**
 * A category is held by one partner of a rights holder at a time in any one territory; the partner who held it first is not
 * at fault.
 */
function holdsCategoryAlone(facts: readonly FactState[], { otherHoldings }: PolicyContext): readonly Breach[] {
  return holdingsOf('', facts).flatMap((ours) =>
    otherHoldings
      .filter(
        (theirs) =>
          theirs.category === ours.category &&
          shareTerritory(ours.territory, theirs.territory) &&
          certainlyOverlap(ours, theirs) &&
          !certainlyBefore(ours.start, theirs.start),
      )
      .map(({ partnership, category, territory, start, end }) => ({
        fact: `category/${category}/granted`,
        detail:
          `${partnership} holds ${category}${territory.codes === null ? '' : ` in ${territory.codes.join(', ')}`} ` +
          `from ${start.edtf}${end === null ? '' : ` to ${end.edtf}`}`,
      })),
  );
}

/**
 * The categories that a partnership holds exclusively, from its facts: from a grant, or from the start of the term where
 * that is later, until the category is lost, granted otherwise, or the partnership ends.
 */
export function holdingsOf(partnership: string, facts: readonly FactState[]): readonly CategoryHolding[] {
  return happenedOfType(facts, 'CategoryGranted').flatMap((grant) => {
    const { subject, states } = grant;
    // Hearsay of the term moves nothing that better reports tell.
    const { start, end } = isHearsay(grant) ? termOf(facts) : firmTermOf(facts);
    return states.flatMap(({ since, lostBy, fields }, i) =>
      subject === null || lostBy !== null || fields['exclusive']?.value === false
        ? []
        : scopesOf(fields).map(({ territory, from }) => ({
            partnership,
            category: subject,
            territory,
            start: from ?? laterOf(since.date, start),
            end: states[i + 1]?.since.date ?? end,
          })),
    );
  });
}

// Where a right holds, each part with its own start; null: that of the grant. What names no territory holds everywhere.
function scopesOf(
  fields: FactState['fields'],
): readonly { readonly territory: Territory; readonly from: UncertainDate | null }[] {
  const listed = (field: string) => (fields[field]?.value ?? []) as readonly string[];
  const starts = (fields['startByTerritory']?.value ?? {}) as TerritoryDates;
  const [territories, excluded] = [listed('territory'), listed('excludedTerritory')];
  const separate = Object.keys(starts).filter((code) => code !== everywhere);
  const isEverywhere = territories.length === 0 || territories.includes(everywhere);
  const rest: Territory = isEverywhere
    ? { codes: null, without: [...excluded, ...separate] }
    : { codes: territories.filter((code) => !separate.includes(code)), without: excluded };
  const from = starts[everywhere];
  // Starts without a territory beside them name all the territories there are.
  const hasRest = territories.length > 0 || separate.length === 0 || from !== undefined;
  return [
    ...separate.map((code) => ({
      territory: { codes: [code], without: excluded },
      from: uncertainDate(starts[code] as string),
    })),
    ...(hasRest ? [{ territory: rest, from: from === undefined ? null : uncertainDate(from) }] : []),
  ];
}

function shareTerritory(a: Territory, b: Territory): boolean {
  if (a.codes === null && b.codes === null) return true;
  const without = new Set([...a.without, ...b.without]);
  const [some, others] = a.codes === null ? [b.codes, null] : [a.codes, b.codes];
  return (some ?? []).some((code) => !without.has(code) && (others === null || others.includes(code)));
}

function laterOf(granted: UncertainDate, start: UncertainDate | null): UncertainDate {
  return start === null ? granted : (boundaryOf([granted, start], 'last') ?? granted);
}

// Whether two holdings share a day whatever days within their bounds are chosen.
function certainlyOverlap(a: CategoryHolding, b: CategoryHolding): boolean {
  return !mayEndBefore(a.end, b.start) && !mayEndBefore(b.end, a.start);
}

function mayEndBefore(end: UncertainDate | null, start: UncertainDate): boolean {
  return end !== null && (end.earliest === null || start.latest === null || end.earliest < start.latest);
}

/** What is owed for Games is not delivered before they open. */
function isDeliveredAtGames(facts: readonly FactState[], { windows }: PolicyContext): readonly Breach[] {
  return happenedOfType(facts, 'ObligationDelivered').flatMap(({ key, games, occurrence }) => {
    const [edition] = games;
    const opening = edition === undefined ? null : (windows.get(edition)?.earliest ?? null);
    const [day, ...others] = occurrence?.dates ?? [];
    if (day === undefined || opening === null) return [];
    if ([day, ...others].some(({ latest }) => latest === null || latest >= opening)) return [];
    return [{ fact: key, detail: `${day.edtf} is before ${edition} opens (${opening})` }];
  });
}

/** A campaign has at least as many creatives as are named. */
function countsAllNamed(facts: readonly FactState[]): readonly Breach[] {
  const creatives = Map.groupBy(
    facts.filter((fact) => fact.type.kind === 'creative' && fact.stage !== 'denied' && !isGuess(fact)),
    ({ campaign }) => campaign,
  );
  return happenedOfType(facts, 'CreativeCountStated').flatMap(({ key, subject, fields }) => {
    const count = fields['count']?.value as Quantity | undefined;
    const most = count === undefined ? Infinity : quantityBounds(count).max;
    const named = creatives.get(subject) ?? [];
    if (named.length <= most) return [];
    return [{ fact: key, detail: `${most} stated, ${named.length} named` }];
  });
}

/**
 * No article plans for a later day what was certainly reported done before it; one that may be older does not count,
 * nor does a guess.
 */
function isPlannedBefore(facts: readonly FactState[]): readonly Breach[] {
  return facts.flatMap((fact) => {
    const days = fact.stage === 'happened' && !isGuess(fact) ? (fact.occurrence?.dates ?? []) : [];
    const done = boundaryOf(days, 'last')?.latest;
    if (done == null) return [];
    const later = fact.plan.evidence
      .filter(isFirm)
      .filter(({ date }) => date?.earliest != null && date.earliest > done);
    if (later.length === 0) return [];
    const told = inModality(fact, 'happened').filter(isFirm);
    const [first] = told.flatMap(({ published }) => published?.latest ?? []).toSorted();
    const plans = later.filter(
      ({ published }) => first !== undefined && published?.earliest != null && published.earliest > first,
    );
    return plans.map(({ date, report }) => ({
      fact: fact.key,
      detail: `article ${report.metadata.article} plans for ${date?.edtf} what was reported done before`,
    }));
  });
}

/** What happened to one thing happened in an order that the rules allow. */
function followsOrder(orders: readonly Order[]): Policy {
  const types = new Set(
    orders.flatMap(({ types, notBefore = [], notAfter = [], unless = [] }) => [
      ...types,
      ...notBefore,
      ...notAfter,
      ...unless,
    ]),
  );
  return (facts) => {
    const happened = facts.filter(({ stage, type }) => stage === 'happened' && types.has(type.type));
    return [...Map.groupBy(happened, thingOf).values()].flatMap((related) =>
      related.flatMap((fact) =>
        orders
          .filter((order) => order.types.includes(fact.type.type))
          .flatMap((order) => related.flatMap((other) => breachOf(order, fact, other, related))),
      ),
    );
  };
}

/** Milestones of one thing in an order that they must not break. */
type Order = {
  readonly types: readonly string[];
  readonly notBefore?: readonly string[];
  readonly notAfter?: readonly string[];
  /** What lifts `notAfter` if it may have come between. */
  readonly unless?: readonly string[];
};

// A part of a campaign belongs to the campaign; everything else is told apart by the middle of its key.
function thingOf({ campaign, key }: FactState): string {
  return campaign ?? (key.split('/')[1] as string);
}

function breachOf(
  { notBefore, notAfter, unless }: Order,
  fact: FactState,
  other: FactState,
  related: readonly FactState[],
): readonly Breach[] {
  const [ours, theirs] = [fact.occurrence, other.occurrence];
  if (ours === null || theirs === null || isLessFirm(other, fact)) return [];
  const [type, otherType] = [fact.type.type, other.type.type];
  const breach = (how: string) => [
    { fact: fact.key, detail: `${type} (${ours.date.edtf}) is ${how} ${otherType} (${theirs.date.edtf})` },
  ];
  if (notBefore?.includes(otherType) && isBeforeOnAnyDates(ours, theirs)) return breach('before');
  const isLifted = related.some(
    ({ type: between, occurrence }) =>
      unless?.includes(between.type) === true &&
      occurrence !== null &&
      !isBeforeOnAnyDates(occurrence, theirs) &&
      !isBeforeOnAnyDates(ours, occurrence),
  );
  if (notAfter?.includes(otherType) && isBeforeOnAnyDates(theirs, ours) && !isLifted) return breach('after');
  return [];
}

// Whether one was before the other whichever of the contested dates is right.
function isBeforeOnAnyDates(one: Occurrence, other: Occurrence): boolean {
  return one.dates.every((date) => other.dates.every((later) => certainlyBefore(date, later)));
}

// A guess or hearsay cannot make a better report illegal.
function isLessFirm(one: FactState, other: FactState): boolean {
  return (isHearsay(one) && !isHearsay(other)) || (isGuess(one) && !isGuess(other));
}

function compareFlags(a: Flag, b: Flag): number {
  return a.rule < b.rule || (a.rule === b.rule && a.detail < b.detail) ? -1 : 1;
}
