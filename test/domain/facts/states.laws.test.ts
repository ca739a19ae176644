import * as fc from 'fast-check';
import type { ReportDraft } from '../../../src/domain/decisions/reading.ts';
import { article, given, happened } from '../../support/given.ts';
import { law } from '../../support/law.ts';
import { seeFact } from '../../support/see.ts';

// What was told of a list of sponsors, each on a day of its own, since nothing else orders what is told of one day.
type Told =
  | { readonly what: 'all' | 'some'; readonly day: string; readonly members: readonly string[] }
  | { readonly what: 'joined' | 'left'; readonly day: string; readonly member: string };

const days = ['2015-03-01', '2016-03-01', '2017-03-01', '2018-03-01', '2019-03-01', '2020-03-01', '2021-03-01'];
const sponsors = ['a', 'b', 'c', 'd'];
const anyDay = fc.constantFrom(...days);
const anyMembers = fc.subarray(sponsors, { minLength: 1 });

const anyTold: fc.Arbitrary<Told> = fc.oneof(
  fc.record({ what: fc.constantFrom('all' as const, 'some' as const), day: anyDay, members: anyMembers }),
  fc.record({
    what: fc.constantFrom('joined' as const, 'left' as const),
    day: anyDay,
    member: fc.constantFrom(...sponsors),
  }),
);

const hasSameMember = (one: Told) => (other: Told) =>
  'member' in one && 'member' in other && one.what === other.what && one.member === other.member;

const top = { subject: 'top' };

const roster = (members: readonly string[], isComplete: boolean, asOf?: string): ReportDraft =>
  happened('RosterReported', null, {
    ...top,
    fields: { members, ...(isComplete ? { complete: true } : {}), ...(asOf === undefined ? {} : { asOf }) },
  });

const reportOf = (told: Told): ReportDraft =>
  'member' in told
    ? happened(told.what === 'left' ? 'SponsorLeft' : 'SponsorJoined', told.day, { subject: told.member })
    : roster(told.members, told.what === 'all', told.day);

// The sponsors of a day, by hand: one after another, each thing that was told by then.
const listOn = (told: readonly Told[], day: string): readonly string[] | null => {
  let members: ReadonlySet<string> = new Set();
  let isListed = false;
  for (const one of told.toSorted((a, b) => (a.day < b.day ? -1 : 1))) {
    if (one.day > day) break;
    if ('member' in one) {
      const alone = new Set([one.member]);
      members = one.what === 'left' ? members.difference(alone) : members.union(alone);
    } else {
      members = one.what === 'all' ? new Set(one.members) : members.union(new Set(one.members));
      isListed = true;
    }
  }
  return isListed ? [...members].toSorted() : null;
};

law<[readonly Told[], readonly number[]]>(
  'successive lists never contest each other, whatever the order of arrival: a day shows what was told of it by then',
  [
    fc
      .uniqueArray(anyTold, { minLength: 1, maxLength: 7, selector: ({ day }) => day })
      // Who joins or leaves twice would be one fact on two contested days.
      .map((told) => told.filter((one, i) => 'members' in one || told.findIndex(hasSameMember(one)) === i)),
    fc.array(fc.nat(99), { minLength: 7, maxLength: 7 }),
  ],
  (told, order) => {
    // All of it is told later than it came about, so that the days alone order it.
    const articles = told.map((one, i) => article(`a${i}`, '2022-01-01', [reportOf(one)]));
    const arrived = articles
      .map((one, i) => ({ one, at: order[i] ?? 0 }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ one }) => one);
    const history = given(...arrived);
    for (const day of [...days, '2021-12-31']) {
      for (const timing of ['any', 'certain'] as const) {
        const fact = seeFact(history, 'roster/top/reported', { occurredAsOf: day, timing });
        const members = fact?.fields['members']?.value ?? null;
        const wanted = listOn(told, day);
        if (fact?.contested) return `contested on ${day}`;
        if (JSON.stringify(members) !== JSON.stringify(wanted))
          return `${day}: ${JSON.stringify(members)}, and it was ${JSON.stringify(wanted)}`;
      }
    }
    const states = seeFact(history, 'roster/top/reported', { occurredAsOf: '2021-12-31', timing: 'any' })?.states ?? [];
    for (const [i, { fields }] of states.entries()) {
      // Its members are those of the last day before the next state.
      const next = states[i + 1]?.asOf.earliest ?? ':';
      const last = days.findLast((day) => day < next);
      const wanted = JSON.stringify(last && listOn(told, last));
      const members = JSON.stringify(fields['members']?.value);
      if (members !== wanted) return `state ${i}: ${members}, and it was ${wanted} before ${next}`;
    }
    return null;
  },
);

const vaguer: Readonly<Record<string, string>> = {
  '2018': '[2017..2019]',
  '2018-03': '2018',
  '2018-03-01': '2018-03',
  '2019-05': '2019',
  '2020': '2020~',
};

type Grant = { readonly day: string; readonly exclusive: boolean };

law<[readonly Grant[], number]>(
  'a vaguer report of the same mouth never turns the certain state of a day into another or into none',
  [
    fc.array(fc.record({ day: fc.constantFrom(...Object.keys(vaguer)), exclusive: fc.boolean() }), {
      minLength: 1,
      maxLength: 4,
    }),
    fc.nat(3),
  ],
  (grants, pick) => {
    const granted = (day: string | undefined, exclusive: boolean) =>
      happened('CategoryGranted', day ?? null, { subject: 'pay', fields: { exclusive } });
    const articles = grants.map(({ day, exclusive }, i) =>
      article(`a${i}`, '2022-01-01', [granted(day, exclusive)], { publisher: 'Daily' }),
    );
    const again = grants[pick % grants.length] as Grant;
    const retold = article('z', '2022-01-01', [granted(vaguer[again.day], again.exclusive)], { publisher: 'Daily' });
    const [before, after] = [given(...articles), given(...articles, retold)];
    for (const occurredAsOf of ['2018-03-01', '2018-06-01', '2018-12-31', '2019-12-31', '2020-12-31', '2021-12-31']) {
      const [was, is] = [before, after].map((history) => {
        const fact = seeFact(history, 'category/pay/granted', { occurredAsOf, timing: 'certain' });
        return JSON.stringify(fact && [fact.fields['exclusive']?.value, fact.contested]);
      });
      if (was !== undefined && was !== is) return `${occurredAsOf}: ${was} became ${is}`;
    }
    return null;
  },
);
