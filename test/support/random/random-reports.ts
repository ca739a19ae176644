import * as fc from 'fast-check';
import type { CorrectionDraft, ReportDraft } from '../../../src/domain/decisions/reading.ts';
import { attributions } from '../../../src/domain/vocabulary/event-data.ts';
import type { EventType, FieldKind, FieldValue } from '../../../src/domain/vocabulary/event-type.ts';
import { eventType, reportTypes } from '../../../src/domain/vocabulary/event-types.ts';
import { report } from '../given.ts';
import { anyDay, anyPublication, milestoneDays } from './random-dates.ts';

const values: Readonly<Record<FieldKind, readonly FieldValue[]>> = {
  text: ['in part', 'in full'],
  // A word may name the campaign or the obligation that a milestone belongs to.
  word: ['cloud', 'spring', 'Spring'],
  currency: ['EUR', 'USD', 'usd'],
  flag: [true, false],
  quantity: [2, 3, { min: 2 }, { max: 2 }, { about: 3 }, { min: 2, max: 4 }],
  date: ['2028', '[2028..]', '2024', '2019', '2017-06-15'],
  period: ['2017/2018', '2016/2028', '2018-02'],
  edition: ['2018W', '2020S', '2024S'],
  names: [['a'], ['A', 'b'], ['c', 'b'], ['a', 'b', 'c']],
  territories: [['worldwide'], ['CN'], ['CN', 'JP']],
  territoryDates: [{ JP: '2017' }, { JP: '2017-06-15', worldwide: '2019' }, { JP: '2020' }],
};

/** The values that a field of a report, or its date, is given here. */
export const valuesOf = (type: EventType, field: string): readonly FieldValue[] =>
  field === 'date' ? milestoneDays : values[type.fields[field]?.kind ?? 'word'];

const anyValueOf = (type: EventType, field: string): fc.Arbitrary<FieldValue> =>
  fc.constantFrom(...valuesOf(type, field));

// A campaign is given beside the fields.
const fieldsOf = (type: EventType): readonly string[] => Object.keys(type.fields).filter((name) => name !== 'campaign');

const anyFields = (type: EventType): fc.Arbitrary<Readonly<Record<string, FieldValue>>> =>
  fc
    .record(
      Object.fromEntries(
        fieldsOf(type).map((name) => [name, fc.option(anyValueOf(type, name), { nil: null, freq: 2 })]),
      ),
    )
    .map((fields) =>
      Object.fromEntries(Object.entries(fields).flatMap(([k, value]) => (value === null ? [] : [[k, value]]))),
    );

const subjects: Readonly<Record<string, readonly string[]>> = {
  campaign: ['spring'],
  obligation: ['cloud'],
  storefront: ['shop'],
  category: ['cloud'],
  market: ['gb', 'cn'],
};

const anySubject = ({ kind, subject }: EventType): fc.Arbitrary<string | null> => {
  if (subject === 'none') return fc.constant(null);
  const named = fc.constantFrom(...(subjects[kind] ?? ['one']));
  return subject === 'named' ? named : fc.option(named, { nil: null });
};

const anyGames = ({ edition, kind }: EventType): fc.Arbitrary<readonly string[]> => {
  if (edition === 'none') return fc.constant([]);
  if (edition === 'required') return fc.constantFrom(['2018W'], ['2022W'], ['paralympics.2018']);
  if (kind === 'storefront') return fc.constant(['2022W']);
  return fc.constantFrom(
    ['2018W'],
    ['paralympics.2018'],
    [],
    ['2022W'],
    ...(edition === 'field' ? [['2018W', '2022W']] : []),
  );
};

const anyCampaign = ({ within, fields }: EventType): fc.Arbitrary<string | null> => {
  if (within !== undefined) return fc.constant('spring');
  return 'campaign' in fields ? fc.constantFrom(null, 'spring') : fc.constant(null);
};

const anyCorrection = (type: EventType): fc.Arbitrary<CorrectionDraft> =>
  fc.constantFrom('date', ...fieldsOf(type)).chain((field) =>
    fc.record({
      field: fc.constant(field),
      said: fc.constant(null),
      value: anyValueOf(type, field),
      reason: fc.constant('a register has it otherwise'),
      reference: fc.record({ title: fc.constant('A register'), published: anyPublication }),
    }),
  );

const seldom = <T>(arbitrary: fc.Arbitrary<T>, otherwise: T): fc.Arbitrary<T> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(otherwise) }, { weight: 1, arbitrary });

const anyReportOf = (type: EventType, partnership: string): fc.Arbitrary<ReportDraft> =>
  fc
    .record({
      modality: type.statement
        ? fc.constant('happened' as const)
        : fc.constantFrom('happened', 'happened', 'planned', 'denied'),
      date: anyDay,
      subject: anySubject(type),
      games: anyGames(type),
      campaign: anyCampaign(type),
      fields: anyFields(type),
      by: fc.constantFrom(...attributions),
      speaker: fc.constantFrom(null, 'Ann', 'Bob'),
      note: fc.constantFrom(null, 'said so', 'wrote so'),
      corrections: seldom(fc.array(anyCorrection(type), { minLength: 1, maxLength: 1 }), []),
      identityAssumed: seldom(fc.constant('what else could it be'), null as string | null),
      implied: fc.boolean(),
    })
    .map(({ modality, date, subject, campaign, speaker, note, identityAssumed, implied, ...said }) => ({
      ...report(type.type, modality, date, {
        ...said,
        partnership,
        ...(subject === null ? {} : { subject }),
        ...(campaign === null ? {} : { campaign }),
        ...(speaker === null ? {} : { speaker }),
        ...(note === null ? {} : { note }),
      }),
      identityAssumed,
      implied,
    }));

const holding = new Set(['CategoryGranted', 'TermAgreed']);

// Types that rules and read models depend on are frequent, so that they meet; all others are rare.
const often = [
  'CampaignLaunched',
  'CampaignEnded',
  'CampaignPostponed',
  'CampaignCancelled',
  'CreativeCountStated',
  'ObligationUndertaken',
  'ObligationDelivered',
  'ObligationPostponed',
  'ObligationQualified',
  'ObligationBreached',
  'StorefrontOpened',
  'StorefrontSuspended',
  'StorefrontClosed',
  'TermAgreed',
  'RosterReported',
  'CoverageDeclared',
  'CategoryGranted',
  'ActivationStaged',
].flatMap((name) => eventType(name) ?? []);

const anyAmong = (types: readonly EventType[], partnership: string): fc.Arbitrary<ReportDraft> =>
  fc.oneof(...types.map((type) => anyReportOf(type, partnership)));

/** One statement of an article about a partnership: any type of the vocabulary, any modality, mouth, date and fields. */
export const anyReport = (partnership: string): fc.Arbitrary<ReportDraft> =>
  fc.oneof(
    { weight: 3, arbitrary: anyAmong(often, partnership) },
    { weight: 1, arbitrary: anyAmong(reportTypes, partnership) },
  );

/** The same of one who above all holds a category, and until when. */
export const anyReportOfHolder = (partnership: string): fc.Arbitrary<ReportDraft> =>
  fc.oneof(
    {
      weight: 3,
      arbitrary: anyAmong(
        often.filter(({ type }) => holding.has(type)),
        partnership,
      ),
    },
    { weight: 1, arbitrary: anyReport(partnership) },
  );
