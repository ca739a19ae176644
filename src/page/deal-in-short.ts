import { type ComponentChild, h } from 'preact';
import type { ObligationsAnswer } from '../projections/obligations.ts';
import type { PartnershipAnswer } from '../projections/partnerships.ts';
import type { Entry } from '../projections/timeline.ts';
import { addressOf, type Clocks, factPath, partnershipPath } from './address.ts';
import { ContestedTag, eventSign, type Tone } from './glyphs.ts';
import { capitalise, counted, dateWords, dayWords, endWords, listWords, periodWords, plain } from './words.ts';

/** The deal in short: between whom, its status, its term, and how sure all that is. */
export function dealInShort({ partnership, entries, clocks, obligations }: DealAnswers): readonly ShortFact[] {
  const { id, status, timing, otherStatuses, term, termOver, plannedEnds, facts, articles, contested } = partnership;
  const ofType = (type: string) => entries.find((entry) => entry.type === type);
  const dated = (name: string, type: string): readonly ShortFact[] => {
    const entry = ofType(type);
    if (entry === undefined) return [];
    const text = entry.occurred === null ? eventSign(entry).word : dateWords(entry.occurred, 'long');
    return [
      { name, text: entry.contested ? `${text}, contested` : text, href: addressOf(factPath(id, entry.fact), clocks) },
    ];
  };
  const [partner, rightsHolder] = [sideOf(partnership, 'partner'), sideOf(partnership, 'rights-holder')];
  const between =
    partnership.parties.length > 2
      ? `${partner} on one side, ${rightsHolder} on the other`
      : `${partner} and ${rightsHolder}`;
  const base = partnershipPath(id);
  const other = otherStatuses.length === 0 ? '' : `, or ${otherStatuses.map(plain).join(', ')}`;
  const over =
    termOver === null
      ? ''
      : `. The known term ended on ${dayWords(termOver.since, 'long')}, and no article tells how the partnership ended`;
  return [
    { name: 'Between', text: between, href: null },
    {
      name: 'Status',
      text:
        facts === 0
          ? 'nothing told yet'
          : `${timing === 'possible' ? 'perhaps ' : ''}${plain(status)}${other}${over}${plannedEnds.map(plannedEndWords).join('')}`,
      href: null,
    },
    {
      name: 'Term',
      text: termWords(term),
      href: ofType('TermAgreed') ? addressOf(factPath(id, ofType('TermAgreed')?.fact ?? ''), clocks) : null,
    },
    ...dated('Announced', 'PartnershipAnnounced'),
    ...dated('Signed', 'PartnershipSigned'),
    ...dated('Ended', 'PartnershipTerminated'),
    {
      name: 'Rests on',
      text: facts === 0 ? 'no article yet' : `${facts.toLocaleString('en')} facts from ${counted(articles, 'article')}`,
      href: facts === 0 ? null : addressOf(`${base}/articles`, clocks),
    },
    ...howSure(entries, obligations),
    {
      name: 'Contested',
      text: contested === 0 ? 'No two sources disagree.' : counted(contested, 'fact'),
      href: contested === 0 ? null : addressOf(`${base}/contested`, clocks),
      ...(contested === 0 ? {} : { tone: 'con' as const }),
    },
  ];
}

type DealAnswers = {
  readonly partnership: PartnershipAnswer;
  readonly obligations: ObligationsAnswer;
  /** The entries of the agreement, and those that are still to come. */
  readonly entries: readonly Entry[];
  readonly clocks: Clocks;
};

export type ShortFact = {
  readonly name: string;
  readonly text: string;
  readonly href: string | null;
  readonly tone?: Tone;
};

/** Who stands on a side on the chosen day: a party may have joined, left, or taken the place of another. */
export function sideOf(
  { parties, partner, rightsHolder }: PartnershipAnswer,
  side: 'partner' | 'rights-holder',
): string {
  const names = parties.filter(({ role }) => role === side).map(partyWords);
  return names.length > 0 ? listWords(names) : (side === 'partner' ? partner : rightsHolder).name;
}

function partyWords({ name, timing }: PartnershipAnswer['parties'][number]): string {
  return timing === 'possible' ? `perhaps ${name}` : name;
}

function plannedEndWords({ status, date }: PartnershipAnswer['plannedEnds'][number]): string {
  const planned = `. An end is planned${date === null ? ', for no day that is told' : `: ${dateWords(date, 'long')}`}`;
  return status === 'planned' ? planned : `${planned}, and no article tells that it came`;
}

function howSure(entries: readonly Entry[], { rows }: ObligationsAnswer): readonly ShortFact[] {
  const unsure = [...entries, ...rows.flatMap(({ cells }) => Object.values(cells))].filter(
    ({ timing }) => timing === 'possible',
  );
  if (unsure.length === 0) return [];
  return [
    { name: 'How sure', text: `${counted(unsure.length, 'status', 'statuses')} only possible on this day`, href: null },
  ];
}

function termWords({ start, end, years, contested }: PartnershipAnswer['term']): string {
  const length = typeof years === 'number' ? `${years} years` : '';
  const last = end === null ? '' : endWords(end);
  const known = [length, last].filter(Boolean).join(', ');
  if (known === '' && start === null) return 'no article tells';
  const day = start === null ? '' : periodWords(start);
  const first =
    day === '' ? 'The first day is not told.' : `${/^(?:between|by) /.test(day) ? 'Starts' : 'From'} ${day}.`;
  return `${capitalise(known === '' ? 'no end is told' : known)}. ${first}${contested ? ' Contested.' : ''}`;
}

/** A line of it. */
export function ShortFactView({ fact: { name, text, href, tone } }: { readonly fact: ShortFact }): ComponentChild {
  const content = tone === 'con' ? h(ContestedTag, null, text) : text;
  return [
    h('dt', { key: 'name' }, name),
    h(
      'dd',
      { key: 'text' },
      href === null ? content : h('a', { href, class: tone ? `c-${tone}` : undefined }, content),
    ),
  ];
}
