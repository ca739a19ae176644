import * as fc from 'fast-check';
import type { LedgerEvent } from '../../src/domain/ledger-event.ts';
import { type Command, decide, evolve, nothingRecorded, type PartnershipState } from '../../src/domain/partnership.ts';
import type { ReadingDraft, ReportDraft } from '../../src/domain/reading.ts';
import { partnershipStream } from '../../src/domain/streams.ts';
import { acme, article, recorded, report } from './given.ts';

// Few subjects, days and publishers, so that reports meet, agree and contradict each other often.
const days = ['2017', '2017-06', '2017-06-15', '2018-01', '2018-02-01', '[2017-06..2018-01]', '[2018..]', '2017-12~'];
const publishedOn = [
  '2017-01-20',
  '2017-07',
  '[2017-07..2018-03]',
  '2018-02-01',
  '[2018-01-02..2018-01-31]',
  '2018-06',
];
const anyDay = fc.option(fc.constantFrom(...days), { nil: null });
const anyMouth = fc.constantFrom(
  'joint-statement' as const,
  'party' as const,
  'outlet' as const,
  'second-hand' as const,
  'inference' as const,
);
const anyModality = fc.constantFrom('happened' as const, 'planned' as const, 'denied' as const);

const of = (
  types: readonly string[],
  said: fc.Arbitrary<Parameters<typeof report>[3]>,
  modality: fc.Arbitrary<ReportDraft['modality']> = anyModality,
): fc.Arbitrary<ReportDraft> =>
  fc
    .tuple(
      fc.constantFrom(...types),
      modality,
      anyDay,
      said,
      anyMouth,
      fc.option(fc.constantFrom('Ann', 'Bob'), { nil: null }),
    )
    .map(([type, mode, day, rest, by, speaker]) =>
      report(type, mode, day, { ...rest, by, ...(speaker === null ? {} : { speaker }), note: `${type} by ${by}` }),
    );

const anyReport: fc.Arbitrary<ReportDraft> = fc.oneof(
  of(['CampaignLaunched', 'CampaignEnded', 'CampaignCancelled'], fc.record({ subject: fc.constant('spring') })),
  of(
    ['CreativeCountStated'],
    fc.record({
      subject: fc.constant('spring'),
      fields: fc.record({ count: fc.constantFrom(2, 3, { min: 2 }, { about: 3 }) }),
    }),
    fc.constant('happened'),
  ),
  of(
    ['ObligationUndertaken', 'ObligationConfirmed', 'ObligationWaived', 'ObligationDelivered', 'ObligationPostponed'],
    fc.record({ subject: fc.constant('cloud'), games: fc.constantFrom(['2018W'], ['2022W'], []) }),
  ),
  of(
    ['StorefrontOpened', 'StorefrontClosed'],
    fc.record({ subject: fc.constant('shop'), games: fc.constant(['2022W']) }),
  ),
  of(
    ['TermAgreed'],
    fc.record(
      {
        // Several terms may stand side by side, and Games lie after the end of some.
        subject: fc.constantFrom('first', 'second'),
        fields: fc.record(
          { end: fc.constantFrom('2028', '[2028..]', '2024', '2019'), years: fc.constantFrom(12, 8) },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: ['fields'] },
    ),
  ),
  of(
    ['RosterReported'],
    fc.record({
      subject: fc.constant('top'),
      fields: fc.record({ members: fc.subarray(['a', 'b', 'c'], { minLength: 1 }), complete: fc.boolean() }),
    }),
    fc.constant('happened'),
  ),
  of(['CoverageDeclared'], fc.record({ games: fc.constantFrom(['2018W'], ['2022W']) }), fc.constant('happened')),
);

const mouth = ({ fact, modality, attribution, speaker }: ReportDraft): string =>
  JSON.stringify([fact, modality, attribution, speaker]);

const anyReports = fc.uniqueArray(anyReport, { minLength: 1, maxLength: 5, selector: mouth });
const anyPublication = fc.constantFrom(...publishedOn);

// The revisions of one article: the first, re-readings with or without a better date, and republished ones.
const anyRevisions = (id: string): fc.Arbitrary<readonly ReadingDraft[]> =>
  fc
    .array(
      fc.record({
        reports: anyReports,
        published: anyPublication,
        because: fc.constantFrom('reread' as const, 'republished' as const),
        inherits: fc.boolean(),
        publisher: fc.constantFrom('Daily', 'Weekly', null),
      }),
      { minLength: 1, maxLength: 3 },
    )
    .map((revisions) =>
      revisions.map(({ reports, published, because, inherits, publisher }, i) =>
        article(id, i > 0 && because === 'reread' && inherits ? null : published, reports, {
          revision: i + 1,
          publisher,
          ...(i === 0 ? {} : { because }),
        }),
      ),
    );

const anyReadings: fc.Arbitrary<readonly ReadingDraft[]> = fc
  .tuple(...['a', 'b', 'c', 'd'].map((id) => fc.option(anyRevisions(id), { nil: [], freq: 4 })))
  .map((articles) => articles.flat());

type Decision = {
  readonly kind: 'retract' | 'correct' | 'resolve' | 'merge' | 'retract-article';
  readonly pick: number;
};

const anyDecision: fc.Arbitrary<Decision> = fc.record({
  kind: fc.constantFrom(
    'retract' as const,
    'correct' as const,
    'resolve' as const,
    'merge' as const,
    'retract-article' as const,
  ),
  pick: fc.nat(1000),
});

const commandOf = ({ kind, pick }: Decision, { history }: PartnershipState): Command | null => {
  const reports = history.filter((event) => event.kind === 'report');
  const readings = history.filter((event) => event.kind === 'reading');
  const one = reports[pick % Math.max(1, reports.length)];
  const other = reports[(pick * 7) % Math.max(1, reports.length)];
  const read = readings[pick % Math.max(1, readings.length)]?.read;
  if (one === undefined || other === undefined || read === undefined) return null;
  const decided = { actor: 'steward', reason: 'looked again', key: String(pick) };
  const reference = { title: 'A register', published: publishedOn[pick % publishedOn.length] as string };
  const basis = pick % 2 === 0 ? ('misread' as const) : ('better-evidence' as const);
  const value = days[pick % days.length] as string;
  if (kind === 'retract') return { type: 'RetractFact', fact: one.fact, reports: [one.id], ...decided };
  if (kind === 'merge') return { type: 'MergeFacts', fact: one.fact, from: other.fact, ...decided };
  if (kind === 'retract-article') {
    return { type: 'RetractArticle', article: read.article, revision: read.revision, ...decided };
  }
  const type = kind === 'correct' ? ('CorrectFact' as const) : ('ResolveContest' as const);
  return { type, fact: one.fact, reports: [one.id], field: 'date', value, basis, reference, ...decided };
};

const noContext = { windows: new Map(), otherHoldings: [] };

const carryOut = (state: PartnershipState, command: Command | null): PartnershipState => {
  if (command === null) return state;
  const outcome = decide(command, state, noContext);
  if (!outcome.accepted) return state;
  const last = state.history.at(-1)?.position ?? 0;
  return recorded(partnershipStream(acme), outcome.events, last).reduce(evolve, state);
};

const record = (state: PartnershipState, reading: ReadingDraft): PartnershipState =>
  carryOut(state, { type: 'RecordArticle', reading, recordedBy: 'test' });

type Step = { readonly reading: ReadingDraft } | { readonly decision: Decision };

/** Histories of a partnership: articles, re-readings, republications and decisions, in random order. */
export const anyHistory: fc.Arbitrary<readonly LedgerEvent[]> = fc
  .tuple(anyReadings, fc.array(anyDecision, { maxLength: 4 }))
  .map(([readings, decisions]): Step[] => [
    ...readings.map((reading) => ({ reading })),
    ...decisions.map((decision) => ({ decision })),
  ])
  .chain((steps) => fc.shuffledSubarray(steps, { minLength: steps.length }))
  .map((steps) =>
    steps.reduce<PartnershipState>(
      (state, step) =>
        'reading' in step ? record(state, step.reading) : carryOut(state, commandOf(step.decision, state)),
      nothingRecorded(acme),
    ),
  )
  .map(({ history }) => history);

const inOrder = (readings: readonly ReadingDraft[]): readonly LedgerEvent[] =>
  readings.reduce<PartnershipState>(record, nothingRecorded(acme)).history;

/** Two histories of the same readings, recorded in different orders. */
export const sameReadingsInTwoOrders: fc.Arbitrary<readonly [readonly LedgerEvent[], readonly LedgerEvent[]]> =
  anyReadings
    .chain((readings) =>
      fc.tuple(
        fc.shuffledSubarray([...readings], { minLength: readings.length }),
        fc.shuffledSubarray([...readings], { minLength: readings.length }),
      ),
    )
    .map(([one, other]) => [inOrder(one), inOrder(other)] as const);

/** Clocks; the position is taken modulo the length of a history by who uses it. */
export const anyCut = fc.record({
  occurredAsOf: fc.constantFrom('2017-01-25', '2017-06-20', '2018-01-15', '2018-02-05', '2018-07-01', '2030-01-01'),
  reportedAsOf: fc.option(fc.constantFrom('2017-01-20', '2017-07-31', '2018-01-10', '2018-02-01', '2018-12-31'), {
    nil: null,
  }),
  position: fc.nat(200),
});
