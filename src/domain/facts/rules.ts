import { certainlyBefore, equalBounds, type UncertainDate, uncertainDate } from '../vocabulary/dates.ts';
import { asText } from '../vocabulary/event-type.ts';
import type { Edition } from '../vocabulary/games-editions.ts';
import type { FactState } from './fact.ts';

/** The categories that a partnership holds exclusively, from its facts; a grant holds until its end is reported. */
export function holdingsOf(partnership: string, facts: readonly FactState[]): readonly CategoryHolding[] {
  const { end } = termOf(facts);
  return happenedOfType(facts, 'CategoryGranted').flatMap(({ subject, occurrence, fields }) =>
    subject === null || occurrence === null || fields['exclusive']?.value === false
      ? []
      : [{ partnership, category: subject, start: occurrence.date, end }],
  );
}

/** How long a party holds a category; a null end means until one is reported. */
export type CategoryHolding = {
  readonly partnership: string;
  readonly category: string;
  readonly start: UncertainDate;
  readonly end: UncertainDate | null;
};

/**
 * The agreed term: from the earliest start to the latest end of all agreements and renewals; a termination or an
 * expiry after which nothing was agreed ends it when it happened, the last of several. The bounds of a start or an end
 * are those that hold for every choice of days.
 */
export function termOf(facts: readonly FactState[]): Term {
  const agreed = happenedOfType(facts, 'TermAgreed');
  const renewed = happenedOfType(facts, 'PartnershipRenewed');
  const years = agreed.flatMap(({ fields }) => fields['years']?.value ?? []);
  const [length = null, ...others] = years;
  return {
    start: firstOf(datesIn(agreed, 'start')),
    end: lastOf(endings(facts)) ?? lastOf(datesIn([...agreed, ...renewed], 'end')),
    years: others.every((other) => JSON.stringify(other) === JSON.stringify(length)) ? length : null,
  };
}

/** From when to when the partnership runs; null where no report says. */
export type Term = {
  readonly start: UncertainDate | null;
  readonly end: UncertainDate | null;
  /** The length on which all agreements that give one agree. */
  readonly years: FactState['fields'][string]['value'] | null;
};

/** The facts of these types that happened. */
export function happenedOfType(facts: readonly FactState[], ...types: readonly string[]): readonly FactState[] {
  return facts.filter(({ stage, type }) => stage === 'happened' && types.includes(type.type));
}

function firstOf(dates: readonly UncertainDate[]): UncertainDate | null {
  if (dates.length === 0) return null;
  const [earliest, latest] = [dates.map(from).reduce(least), dates.map(to).reduce(least)];
  return asWritten(dates, { earliest: earliest || null, latest: latest === ':' ? null : latest });
}

// A missing bound is beyond every day: '' sorts before all days and ':' after them.
function from({ earliest }: UncertainDate): string {
  return earliest ?? '';
}

function least(a: string, b: string): string {
  return a < b ? a : b;
}

function to({ latest }: UncertainDate): string {
  return latest ?? ':';
}

// Of two ways to write the same bounds the shorter, so that the order of the facts does not matter.
function asWritten(dates: readonly UncertainDate[], { earliest, latest }: Bounds): UncertainDate {
  const whole = {
    edtf: earliest === latest ? `${earliest}` : `[${earliest ?? ''}..${latest ?? ''}]`,
    earliest,
    latest,
  };
  const [written] = dates
    .filter((date) => equalBounds(date, whole))
    .toSorted((a, b) => a.edtf.length - b.edtf.length || (a.edtf < b.edtf ? -1 : 1));
  return written ?? whole;
}

type Bounds = Pick<UncertainDate, 'earliest' | 'latest'>;

function datesIn(facts: readonly FactState[], field: string): readonly UncertainDate[] {
  return facts.flatMap(({ fields }) => {
    const settled = fields[field];
    return settled === undefined ? [] : [uncertainDate(asText(settled.value))];
  });
}

function lastOf(dates: readonly UncertainDate[]): UncertainDate | null {
  if (dates.length === 0) return null;
  const [earliest, latest] = [dates.map(from).reduce(greatest), dates.map(to).reduce(greatest)];
  return asWritten(dates, { earliest: earliest || null, latest: latest === ':' ? null : latest });
}

function greatest(a: string, b: string): string {
  return a > b ? a : b;
}

// What was agreed or taken up again after an end is not ended by it.
function endings(facts: readonly FactState[]): readonly UncertainDate[] {
  const begun = happenedOfType(facts, 'TermAgreed', 'PartnershipRenewed', 'PartnershipReinstated').flatMap(dateOf);
  return happenedOfType(facts, 'PartnershipTerminated', 'PartnershipExpired')
    .flatMap(dateOf)
    .filter((ended) => !begun.some((date) => certainlyBefore(ended, date)));
}

function dateOf({ occurrence }: FactState): readonly UncertainDate[] {
  return occurrence === null ? [] : [occurrence.date];
}

/** A policy from order rules: what happened in an order that they forbid, for every choice of days, is named. */
export function orderPolicy(rule: string, orders: readonly OrderRule[]): Policy {
  return (facts) => {
    const types = new Set(
      orders.flatMap((order) => [...order.types, ...(order.notBefore ?? []), ...(order.notAfter ?? [])]),
    );
    const happened = facts.filter(({ stage, type }) => stage === 'happened' && types.has(type.type));
    const findings: Finding[] = [];
    for (const related of Map.groupBy(happened, thing).values()) {
      for (const fact of related) {
        for (const order of orders.filter((one) => one.types.includes(fact.type.type))) {
          for (const other of related) {
            const detail = breaks(order, fact, other);
            if (detail !== null) findings.push({ fact: fact.key, flag: { rule, detail } });
          }
        }
      }
    }
    return findings;
  };
}

const rule = 'category-exclusivity';

/** Milestones of one thing in an order that they must not break. */
export type OrderRule = {
  readonly types: readonly string[];
  readonly notBefore?: readonly string[];
  readonly notAfter?: readonly string[];
};

/**
 * A business rule: names the facts that break it. A rule is broken only if it is broken for every choice of days
 * within the bounds of the dates; something that is missing is a gap, not a violation.
 */
export type Policy = (facts: readonly FactState[], context: PolicyContext) => readonly Finding[];

/** What the rules need to know beside the facts of the partnership. */
export type PolicyContext = {
  /** When each known edition takes place. */
  readonly windows: ReadonlyMap<Edition, UncertainDate>;
  /** Categories of the same rights holder that other partners hold. */
  readonly otherHoldings: readonly CategoryHolding[];
};

/** The context of a command that no business rule can refuse. */
export const noRules: PolicyContext = { windows: new Map(), otherHoldings: [] };

/** A flag and the fact that bears it. */
export type Finding = { readonly fact: string; readonly flag: Flag };

/** A business rule that a fact breaks. */
export type Flag = { readonly rule: string; readonly detail: string };

/** A flag with the fact that bears it. */
export type FactFlag = Flag & { readonly fact: string };

// A part of a campaign belongs to the campaign; everything else is told apart by the middle of its key.
function thing({ campaign, key }: FactState): string {
  return campaign ?? (key.split('/')[1] as string);
}

function breaks(order: OrderRule, fact: FactState, other: FactState): string | null {
  const [ours, theirs] = [fact.occurrence?.date, other.occurrence?.date];
  if (ours === undefined || theirs === undefined) return null;
  if (order.notBefore?.includes(other.type.type) && certainlyBefore(ours, theirs)) {
    return `${fact.type.type} (${ours.edtf}) is before ${other.type.type} (${theirs.edtf})`;
  }
  if (order.notAfter?.includes(other.type.type) && certainlyBefore(theirs, ours)) {
    return `${fact.type.type} (${ours.edtf}) is after ${other.type.type} (${theirs.edtf})`;
  }
  return null;
}

/** The rules that each fact breaks, by fact key; derived anew for every view, so the order of arrival plays no part. */
export function flagsOf(facts: readonly FactState[], context: PolicyContext): ReadonlyMap<string, readonly Flag[]> {
  const findings = policies.flatMap((policy) => policy(facts, context));
  return new Map(
    [...Map.groupBy(findings, ({ fact }) => fact)].map(([fact, found]) => [
      fact,
      found.map(({ flag }) => flag).toSorted(inOrder),
    ]),
  );
}

/** A campaign ends after it was launched, and nothing of it starts once it has ended or was called off. */
export const campaignOrderPolicy = orderPolicy('campaign-order', [
  { types: ['CampaignEnded'], notBefore: ['CampaignLaunched'] },
  { types: ['CampaignLaunched', 'CampaignEnded'], notAfter: ['CampaignCancelled'] },
  {
    types: ['CampaignPhaseStarted', 'CreativeReleased', 'MarketEntered'],
    notAfter: ['CampaignEnded', 'CampaignCancelled'],
  },
]);

/** A category is held by one partner of a rights holder at a time; the one who held it first is not at fault. */
export const categoryExclusivityPolicy: Policy = (facts, { otherHoldings }) =>
  holdingsOf('', facts).flatMap((ours) =>
    otherHoldings
      .filter(
        (theirs) =>
          theirs.category === ours.category &&
          certainlyOverlap(ours, theirs) &&
          !certainlyBefore(ours.start, theirs.start),
      )
      .map((theirs) => ({
        fact: `category/${ours.category}/granted`,
        flag: {
          rule,
          detail: `${theirs.partnership} holds ${ours.category} from ${theirs.start.edtf}${theirs.end === null ? '' : ` to ${theirs.end.edtf}`}`,
        },
      })),
  );

/**
 * What the partner does or owes concerns Games that the partnership covers. Games are outside if a list that claims
 * to be complete lacks them, or if they certainly open after the term has ended. Nothing declared is a gap.
 */
export const coveragePolicy: Policy = (facts, { windows }) => {
  const declared = happenedOfType(facts, 'CoverageDeclared');
  const covered = new Set(declared.flatMap(({ games }) => games));
  const complete = declared.some(({ fields }) => fields['complete']?.value === true);
  const { end } = termOf(facts);
  return facts.flatMap((fact) => {
    if (fact.stage === 'denied' || !(fact.type.kind === 'coverage' || exercisedKinds.has(fact.type.kind))) return [];
    return fact.games.flatMap((edition) => {
      if (complete && !covered.has(edition)) {
        return [
          {
            fact: fact.key,
            flag: {
              rule: ruleOfCoveragePolicy,
              detail: `${edition} is not among the Games that the partnership covers`,
            },
          },
        ];
      }
      return afterTheTerm(edition, windows.get(edition), end)
        ? [
            {
              fact: fact.key,
              flag: { rule: ruleOfCoveragePolicy, detail: `${edition} opens after the end of the term (${end?.edtf})` },
            },
          ]
        : [];
    });
  });
};

const fulfilment = [
  'ObligationConfirmed',
  'ObligationMilestoneReached',
  'ObligationPartlyDelivered',
  'ObligationDelivered',
];

/** Nothing precedes the undertaking, nothing follows a waiver, and what is delivered cannot be put off or broken. */
export const obligationTransitionsPolicy = orderPolicy('obligation-transitions', [
  {
    types: [...fulfilment, 'ObligationPostponed', 'ObligationWaived', 'ObligationBreached'],
    notBefore: ['ObligationUndertaken'],
  },
  { types: [...fulfilment, 'ObligationPostponed', 'ObligationBreached'], notAfter: ['ObligationWaived'] },
  { types: ['ObligationPostponed', 'ObligationWaived', 'ObligationBreached'], notAfter: ['ObligationDelivered'] },
  { types: ['BreachCured'], notBefore: ['ObligationBreached'] },
]);

/** A storefront is suspended or closed after it was opened, and not suspended once it is closed for good. */
export const storefrontOrderPolicy = orderPolicy('storefront-order', [
  { types: ['StorefrontSuspended', 'StorefrontClosed'], notBefore: ['StorefrontOpened'] },
  { types: ['StorefrontSuspended'], notAfter: ['StorefrontClosed'] },
]);

/** A term ends after it starts, and what the partner does under it lies within it. */
export const termPolicy: Policy = (facts) => {
  const { start, end } = termOf(facts);
  const findings: Finding[] = [];
  if (start !== null && end !== null && certainlyBefore(end, start)) {
    for (const { key } of facts.filter(({ type }) => type.type === 'TermAgreed')) {
      findings.push({
        fact: key,
        flag: { rule: ruleOfTermPolicy, detail: `the term ends (${end.edtf}) before it starts (${start.edtf})` },
      });
    }
    return findings;
  }
  for (const fact of facts) {
    const day = dayOf(fact);
    if (day === null || fact.type.statement || fact.stage === 'denied' || !exercisedKinds.has(fact.type.kind)) continue;
    if (end !== null && certainlyBefore(end, day)) {
      findings.push({
        fact: fact.key,
        flag: { rule: ruleOfTermPolicy, detail: `${day.edtf} is after the end of the term (${end.edtf})` },
      });
    }
    if (start !== null && certainlyBefore(day, start)) {
      findings.push({
        fact: fact.key,
        flag: { rule: ruleOfTermPolicy, detail: `${day.edtf} is before the start of the term (${start.edtf})` },
      });
    }
  }
  return findings;
};

/** Every business rule of a partnership. */
export const policies: readonly Policy[] = [
  termPolicy,
  coveragePolicy,
  categoryExclusivityPolicy,
  campaignOrderPolicy,
  storefrontOrderPolicy,
  obligationTransitionsPolicy,
];

const ruleOfTermPolicy = 'term';

function dayOf(fact: FactState): UncertainDate | null {
  return fact.occurrence?.date ?? fact.plan.current?.date ?? null;
}

/**
 * The kinds of facts in which a partner exercises its rights or meets its duties, and which the rules on term and
 * coverage bind. Statements about the partnership may come at any time and concern any Games.
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

const ruleOfCoveragePolicy = 'coverage';

function afterTheTerm(edition: Edition, window: UncertainDate | undefined, end: UncertainDate | null): boolean {
  return end?.latest != null && (window?.earliest ?? `${edition.slice(0, 4)}-01-01`) > end.latest;
}

/** Whether two holdings share a day whatever days within their bounds are chosen. */
function certainlyOverlap(a: CategoryHolding, b: CategoryHolding): boolean {
  return !overBy(a.end, b.start) && !overBy(b.end, a.start);
}

function overBy(end: UncertainDate | null, start: UncertainDate): boolean {
  return end !== null && (end.earliest === null || start.latest === null || end.earliest < start.latest);
}

function inOrder(a: Flag, b: Flag): number {
  return a.rule < b.rule || (a.rule === b.rule && a.detail < b.detail) ? -1 : 1;
}
