import { dateWords, edtfDate, fieldName, plain, statusWords, valueWords } from '../page/words.ts';
import type { AuditAnswer } from '../projections/audit.ts';
import type { DriftAnswer, DriftEntry, FieldStep, PlanStep } from '../projections/drift.ts';
import type { Cell, ObligationsAnswer, Row } from '../projections/obligations.ts';
import type { RolloutAnswer, Step } from '../projections/rollout.ts';
import type { SilenceAnswer } from '../projections/silence.ts';
import { moreWords } from '../projections/sources.ts';
import type { timelineAnswer } from '../projections/timeline.ts';
import { contestText, dataText, flagsText, otherStatusesText } from './columns.ts';
import { csvOf } from './csv.ts';

/** The timeline: a row for each fact. */
export const timelineCsv = csvOf('timeline', ({ entries }: ReturnType<typeof timelineAnswer>) => entries, [
  ['Title', ({ title }) => title],
  ['Status', statusWords],
  ['Happened', ({ occurred }) => occurred, 'date'],
  ['Day rests on', ({ occurred }) => (occurred === null ? '' : basisWords[occurred.basis])],
  ['Planned', ({ planned }) => planned, 'date'],
  ['Days from plan', ({ variance }) => variance, 'span'],
  ['Games', ({ games }) => games.join('; ')],
  ['What is told', ({ summary }) => summary],
  ['Details', ({ data }) => dataText(data)],
  ['Contested', ({ contested }) => contested],
  ['Every contested value', contestText],
  ['Earlier plans', ({ planHistory }) => planHistory.map((plan) => dateWords(plan)).join('; ')],
  ['Flags', ({ flags }) => flagsText(flags)],
  ['Articles', (row) => row, 'sources'],
  ['First told by', ({ firstReported }) => firstReported.articles.join('; ')],
  ['Type', ({ type }) => type],
  ['Fact', ({ fact }) => fact],
  ['Last event', ({ version }) => version],
]);

const basisWords = {
  stated: 'a report',
  derived: 'what follows from reports',
  publication: 'the publication: it happened by then',
} as const;

/** The obligations: a row for each promise for each Games, and for each of the whole programme. */
export const obligationsCsv = csvOf('obligations', promisesIn, [
  ['Games', ({ games }) => games],
  ['Edition', ({ row }) => row?.edition],
  ['Games held', ({ row }) => row?.window ?? null, 'date'],
  ['State of the Games', ({ row }) => row?.editionStatus],
  ['Promise', ({ cell }) => cell?.name],
  ['Owed by', ({ cell }) => (cell === null ? '' : plain(cell.owedBy))],
  ['Status', ({ cell }) => promiseWords(cell)],
  ['Other statuses', ({ cell }) => otherStatusesText(cell?.otherStatuses ?? [])],
  ['Games closed without a report', ({ cell }) => cell?.closedWithoutReport],
  ['Promised', ({ cell }) => (cell?.quantity ? valueWords(cell.quantity) : '')],
  ['Delivered', ({ cell }) => (cell?.delivered ? valueWords(cell.delivered) : '')],
  ['Last report', ({ cell }) => cell?.lastReport ?? null, 'date'],
  ['Contested', ({ cell }) => cell?.contested],
  ['Denied by', ({ cell }) => deniersText(cell?.denied ?? { sources: [] })],
  ['Limits and aims', ({ cell }) => limitsText(cell?.qualifications ?? [])],
  ['Limits on all promises for them', ({ limits }) => limitsText(limits)],
  ['Milestones', ({ cell }) => (cell?.milestones ?? []).map((one) => `${one.title} (${statusWords(one)})`).join('; ')],
  ['Named by no source', ({ row }) => row?.implied],
  ['Flags', ({ cell }) => flagsText(cell?.flags ?? [])],
  ['Articles', ({ cell, row }) => cell ?? { sources: row?.coverage ?? [], moreSources: row?.moreCoverage }, 'sources'],
  ['Obligation', ({ cell }) => cell?.obligation],
]);

type PlacedPromise = {
  readonly games: string;
  readonly row: Row | null;
  readonly cell: Cell | null;
  readonly limits: Row['qualifications'];
};

// Covered Games without a promise have a row of their own.
function promisesIn({ rows, programme }: ObligationsAnswer): readonly PlacedPromise[] {
  const ofGames = rows.flatMap((row): PlacedPromise[] => {
    const cells = Object.values(row.cells);
    return (cells.length === 0 ? [null] : cells).map((cell) => ({
      games: row.name,
      row,
      cell,
      limits: row.qualifications,
    }));
  });
  const ofAll = Object.values(programme.cells).map((cell) => ({
    games: 'Whole programme',
    row: null,
    cell,
    limits: programme.qualifications,
  }));
  return [...ofGames, ...ofAll];
}

function deniersText({ sources, moreSources }: NonNullable<Cell['denied']>): string {
  const more = moreSources === undefined ? [] : [moreWords(sources, moreSources)];
  return [...sources.map(({ article }) => article), ...more].join('; ');
}

/** Limits and aims in the words of their reports. */
export function limitsText(limits: Row['qualifications']): string {
  return limits.map(({ text }) => text).join('; ');
}

/** The status of a promise in words. */
export function promiseWords(cell: Pick<Cell, 'status' | 'timing' | 'guess'> | null): string {
  return cell === null ? '' : statusWords({ ...cell, status: cell.status ?? 'planned' });
}

/** The rollout: a row for each step of each of its parts. */
export const rolloutCsv = csvOf('rollout', stepsIn, [
  ['Part', ({ part }) => part],
  ['Campaign', ({ campaign }) => campaign],
  ['Name', ({ name }) => name],
  ['Step', ({ milestone }) => milestone],
  ['Status', ({ step, status }) => status ?? (step === null ? '' : statusWords(step))],
  ['Happened', ({ step }) => step?.occurred ?? null, 'date'],
  ['Planned', ({ step }) => step?.planned ?? null, 'date'],
  ['Number', ({ number }) => number],
  ['Games', ({ step, games }) => (games ?? step?.games ?? []).join('; ')],
  ['What is told', ({ step }) => step?.summary],
  ['Contested', ({ contested, step }) => contested ?? step?.contested],
  ['Every contested value', ({ step, stated }) => contestText(stated ?? step ?? { alternatives: [] })],
  ['Flags', ({ step }) => flagsText(step?.flags ?? [])],
  ['Articles', ({ step, stated }) => stated ?? step ?? { sources: [] }, 'sources'],
  ['Fact', ({ step }) => step?.fact],
]);

type RolloutRow = {
  readonly part: string;
  readonly campaign: string;
  readonly name: string;
  readonly milestone: string;
  readonly step: (Omit<Step, 'status'> & { readonly status: string }) | null;
  readonly status?: string;
  readonly number?: string | number;
  readonly games?: readonly string[];
  readonly contested?: boolean;
  /** The number of creatives, which is no step. */
  readonly stated?: NonNullable<RolloutAnswer['campaigns'][number]['creatives']['stated']>;
};

function stepsIn({ campaigns, activations, coActivations, storefronts }: RolloutAnswer): readonly RolloutRow[] {
  const activationRow = (campaign: string) => (one: (typeof activations)[number]) => ({
    part: 'Activation',
    campaign,
    name: one.name,
    milestone: 'staged',
    step: one,
  });
  return [
    ...campaigns.flatMap((campaign) => [
      ...campaignSteps(campaign),
      ...campaign.activations.map(activationRow(campaign.name)),
    ]),
    ...activations.map(activationRow('')),
    ...coActivations.map((one) => ({
      part: 'Joint activation',
      campaign: '',
      name: one.name,
      milestone: 'joint activation',
      step: one,
      status: statusWords(one),
    })),
    ...storefronts.flatMap(({ name, games, opening, suspension, closing, turns }) => [
      ...[...named({ opened: opening, suspended: suspension, closed: closing })].map(([milestone, step]) => ({
        part: 'Storefront',
        campaign: '',
        name,
        milestone,
        step,
        games,
      })),
      ...turns.map((turn) => ({ part: 'Storefront', campaign: '', name, milestone: plain(turn.turn), step: turn })),
    ]),
  ];
}

function campaignSteps({
  name: campaign,
  announcement,
  launch,
  end,
  cancellation,
  creatives: { stated, named: creatives, unidentified },
  markets,
  phases,
  turns,
}: RolloutAnswer['campaigns'][number]): readonly RolloutRow[] {
  const own = named({ announced: announcement, launched: launch, ended: end, cancelled: cancellation });
  return [
    ...own.map(([milestone, step]) => ({ part: 'Campaign', campaign, name: campaign, milestone, step })),
    ...(stated === null
      ? []
      : [
          {
            part: 'Creatives',
            campaign,
            name: unidentified === null ? '' : `${unidentified} not named`,
            milestone: 'number stated',
            step: null,
            number: typeof stated.value === 'number' ? stated.value : valueWords(stated.value),
            contested: stated.contested,
            stated,
          },
        ]),
    ...creatives.map((step) => ({ part: 'Creative', campaign, name: step.name, milestone: 'released', step })),
    ...markets.map((step) => ({ part: 'Market', campaign, name: step.market, milestone: 'entered', step })),
    ...phases.map((step) => ({ part: 'Phase', campaign, name: step.name, milestone: 'started', step })),
    ...turns.map((step) => ({ part: 'Campaign', campaign, name: step.name, milestone: plain(step.turn), step })),
  ];
}

function named(steps: Readonly<Record<string, Step | null>>): readonly (readonly [milestone: string, step: Step])[] {
  return Object.entries(steps).flatMap(([milestone, step]) => (step === null ? [] : [[milestone, step] as const]));
}

/** The audit trail: a row for each event. */
export const auditCsv = csvOf('audit', ({ entries }: AuditAnswer) => entries, [
  ['Event', ({ position }) => position],
  ['Recorded at', ({ recordedAt }) => recordedAt],
  ['Recorded by', ({ recordedBy }) => recordedBy],
  ['Type', ({ event }) => event.type],
  ['Effects', ({ effects }) => effects.join('; ')],
  ['Fact', ({ fact }) => fact],
  ['Article', ({ article }) => article],
  ['Revision', ({ revision }) => revision],
  ['Paragraphs', ({ paragraphs }) => paragraphs.join(', ')],
  ['What it says', ({ asserted }) => assertedText(asserted)],
  ['Also touched', ({ alsoTouched }) => alsoTouched.map((one) => `${one.fact} (${one.effects.join(', ')})`).join('; ')],
  ['Late', ({ late }) => late],
  ['Replaces event', ({ supersedes }) => supersedes],
  ['Replaced by event', ({ supersededBy }) => supersededBy],
  ['Stream', ({ event }) => event.stream],
  ['Revision of the stream', ({ event }) => event.revision],
  ['Id', ({ event }) => event.id],
]);

// A value that a projection does not know by its shape stands as its JSON.
function assertedText(asserted: Readonly<Record<string, unknown>>): string {
  return Object.entries(asserted)
    .filter(([, value]) => value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0))
    .map(([field, value]) => `${fieldName(field)}: ${isPlain(value) ? valueWords(value) : JSON.stringify(value)}`)
    .join('; ');
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || (Array.isArray(value) && value.every((one) => typeof one !== 'object'));
}

/** The silence: a row for each promise without a report since. */
export const silenceCsv = csvOf('silence', ({ items }: SilenceAnswer) => items, [
  ['Title', ({ title }) => title],
  [
    'State',
    ({ status }) => (status === 'closedWithoutReport' ? 'no report since the Games closed' : statusWords({ status })),
  ],
  ['Certain', ({ timing }) => timing === 'certain'],
  ['Status of the promise', ({ cell }) => (cell === null ? '' : plain(cell.status))],
  ['Promised for', ({ promisedFor }) => promisedFor, 'date'],
  ['Days since', ({ overdue }) => overdue, 'span'],
  ['Silence is normal until', ({ normalUntil }) => normalUntil],
  ['Games', ({ games }) => games.join('; ')],
  ['Last report', ({ lastReported }) => lastReported, 'date'],
  ['Last reported by', ({ lastReported }) => lastReported.articles.join('; ')],
  ['What is told', ({ summary }) => summary],
  ['Flags', ({ flags }) => flagsText(flags)],
  ['Articles', (row) => row, 'sources'],
  ['Type', ({ type }) => type],
  ['Fact', ({ fact }) => fact],
]);

/** The drift: a row for each time that a plan or a value was told. */
export const driftCsv = csvOf('drift', tellingsIn, [
  ['What is told', ({ entry }) => entry.summary],
  ['Status', ({ entry }) => statusWords(entry)],
  ['Games', ({ entry }) => entry.games.join('; ')],
  ['Field', ({ field }) => field],
  ['Told', ({ value }) => value],
  ['Change', ({ step }) => plain(step.change)],
  ['Days or number changed', ({ by }) => by, 'span'],
  ['In force', ({ inForce }) => inForce],
  ['Certainly later than the one before', ({ step }) => (step.order === null ? '' : step.order === 'certain')],
  ['Counts', ({ step }) => step.counts],
  ['What came of the plan', ({ entry }) => (entry.outcome === null ? '' : plain(entry.outcome.kind))],
  ['Happened', ({ entry }) => entry.outcome?.occurred ?? null, 'date'],
  ['Days from plan', ({ entry }) => entry.outcome?.variance ?? null, 'span'],
  ['Articles', ({ step }) => ({ sources: [step.source] }), 'sources'],
  ['Type', ({ entry }) => entry.type],
  ['Fact', ({ entry }) => entry.fact],
]);

type ToldStep = {
  readonly entry: DriftEntry;
  readonly field: string;
  readonly value: string;
  readonly by: { readonly min: number | null; readonly max: number | null } | null;
  readonly inForce: boolean | null;
  readonly step: PlanStep | FieldStep;
};

function tellingsIn({ entries }: DriftAnswer): readonly ToldStep[] {
  return entries.flatMap((entry) => [
    ...entry.plan.map((step) => ({
      entry,
      field: 'Plan',
      value: step.date === null ? 'no day told' : dateWords(step.date),
      by: step.days,
      inForce: step.inForce,
      step,
    })),
    ...entry.fields.flatMap(({ field, kind, steps }) =>
      steps.map((step) => ({
        entry,
        field: fieldName(field),
        value:
          isDate(kind) && typeof step.value === 'string' ? dateWords(edtfDate(step.value)) : valueWords(step.value),
        by: step.by,
        inForce: null,
        step,
      })),
    ),
  ]);
}

function isDate(kind: string): boolean {
  return kind === 'date' || kind === 'period';
}
