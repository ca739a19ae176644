import { type ReadingDraft, type ReportDraft, readingEvents } from '../src/domain/decisions/reading.ts';
import { attributions, type Modality } from '../src/domain/vocabulary/event-data.ts';
import type { FieldValue } from '../src/domain/vocabulary/event-type.ts';
import { partnershipStream } from '../src/domain/vocabulary/events.ts';
import type { EventStore } from '../src/event-store/event-store.ts';
import { article, report } from '../test/support/given.ts';
import { type Random, random } from './random.ts';

/**
 * Records a made-up world in a store: the articles of all its partnerships, in the order in which they arrived. Equal
 * worlds give equal events, and the articles of a partnership depend on its id and its size alone. Returns the number
 * of events.
 */
export async function generate(world: World, store: EventStore): Promise<number> {
  const writers = world.partnerships.map(({ id, reports }) => articlesOf(id, reports));
  const order = world.partnerships.flatMap(({ id, reports }, at) =>
    Array.from({ length: articlesOf(id, reports).length }, () => at),
  );
  random('the order of arrival').shuffle(order);
  const revisions = new Map<string, number>();
  let appends: Promise<unknown>[] = [];
  let events = 0;
  for (const at of order) {
    const reading = writers[at]?.next();
    if (reading === undefined) throw new Error('a partnership has fewer articles than it said');
    const stream = partnershipStream(reading.partnership);
    const written = readingEvents(reading, 'bench');
    const last = revisions.get(stream) ?? -1;
    revisions.set(stream, last + written.length);
    // Appends of one turn share a commit.
    appends.push(store.append(stream, last < 0 ? 'no_stream' : last, written));
    events += written.length;
    if (appends.length < appendsInACommit) continue;
    await Promise.all(appends);
    appends = [];
  }
  await Promise.all(appends);
  return events;
}

const appendsInACommit = 256;

/** What a made-up ledger holds. */
export type World = { readonly partnerships: readonly Size[] };

/** A partnership, and the number of its reports. */
export type Size = { readonly id: string; readonly reports: number };

/**
 * `count` partnerships with some `events` events: the largest has as many times the events of the n-th as the law of Zipf
 * says. Every thousand of them have one rights holder.
 */
export function zipfWorld(count: number, events: number): readonly Size[] {
  const harmonic = Array.from({ length: count }, (_, at) => 1 / (at + 1)).reduce((sum, part) => sum + part, 0);
  return Array.from({ length: count }, (_, at) => ({
    id: `partner-${String(at + 1).padStart(5, '0')}.federation-${Math.floor(at / 1000) + 1}`,
    // Beside its reports an article has its reading, and corrections.
    reports: Math.max(3, Math.round((events * eventShare) / (harmonic * (at + 1)))),
  }));
}

const eventShare = 0.93;

/** Gives the articles about a partnership in the order in which they arrive, and says how many there are. */
function articlesOf(partnership: string, reports: number) {
  const draw = random(partnership);
  const length = Math.ceil(reports / reportsInAnArticle);
  const stories: Story[] = [];
  const earlier: ReadingDraft[] = [];
  let [serial, told] = [0, 0];

  const next = (): ReadingDraft => {
    const size = Math.round(((serial + 1) * reports) / length) - told;
    told += size;
    const again = draw.chance(shares.reread) ? earlier.at(-1) : undefined;
    const day = dayOf(serial / length, draw);
    serial += 1;
    const drafts = reportsOf(partnership, size, day, stories, draw);
    const id = `${partnership.replaceAll('.', '-')}-${serial}`;
    const reading =
      again === undefined
        ? article(id, day, drafts, { partnership, publisher: `Paper ${draw.below(40)}` })
        : rereading(again, drafts);
    if (again === undefined) earlier.push(reading);
    if (again !== undefined || earlier.length > 8) earlier.shift();
    return reading;
  };
  return { length, next };
}

/** How often what happens, of all articles or of all reports. */
const shares = {
  reread: 0.03,
  late: 0.1,
  contest: 0.08,
  denial: 0.02,
  correction: 0.02,
  founding: 0.15,
  newStory: 0.4,
};

const reportsInAnArticle = 20;

function rereading(earlier: ReadingDraft, reports: readonly ReportDraft[]): ReadingDraft {
  const revision = earlier.revision + 1;
  return { ...earlier, revision, digest: `${earlier.article} ${revision}`, because: 'reread', reports };
}

// Articles arrive as they are published; some come years later.
function dayOf(part: number, draw: Random): string {
  const lateBy = draw.chance(shares.late) ? draw.below(1000) : draw.below(5);
  return dayAfter(firstDay, Math.max(0, Math.floor(part * days) - lateBy));
}

const [firstDay, days] = [Date.UTC(2014, 0, 1), 4_500];

function dayAfter(first: number, count: number): string {
  return new Date(first + count * 86_400_000).toISOString().slice(0, 10);
}

/** What reports of one fact say, until they disagree. */
type Story = {
  readonly type: string;
  readonly date: string | null;
  readonly modality: Modality;
  readonly subject?: string;
  readonly campaign?: string;
  readonly games?: readonly string[];
  readonly fields: Readonly<Record<string, FieldValue>>;
};

// The reports of an article are on different facts.
function reportsOf(
  partnership: string,
  size: number,
  day: string,
  stories: Story[],
  draw: Random,
): readonly ReportDraft[] {
  const reports = new Map<string, ReportDraft>();
  while (reports.size < size) {
    const founding = founded[stories.length];
    let story: Story;
    if (founding !== undefined || draw.chance(shares.newStory)) {
      story = founding === undefined ? newStory(stories.length, day, draw) : founding(day, draw);
      stories.push(story);
    } else if (draw.chance(shares.founding)) story = draw.one(stories.slice(0, founded.length));
    else story = stories[stories.length - 1 - Math.min(stories.length - 1, draw.below(recentStories))] as Story;
    const said = tellAgain(story, day, partnership, draw);
    if (!reports.has(said.fact)) reports.set(said.fact, said);
    else if (draw.chance(0.2)) stories.push(newStory(stories.length, day, draw));
  }
  return [...reports.values()];
}

// What is corroborated is seldom old.
const recentStories = 60;

function tellAgain(story: Story, day: string, partnership: string, draw: Random): ReportDraft {
  const { type, subject, campaign, games } = story;
  const isContested = draw.chance(shares.contest);
  const date = isContested && story.date !== null ? dayAfter(Date.parse(story.date), 1 + draw.below(90)) : story.date;
  const isDone = story.modality === 'planned' && date !== null && date < day && draw.chance(0.5);
  const modality = draw.chance(shares.denial) ? 'denied' : isDone ? 'happened' : story.modality;
  const fields =
    isContested && 'quantity' in story.fields ? { ...story.fields, quantity: draw.below(900) } : story.fields;
  const by = draw.one(attributions);
  return {
    ...report(type, isStatement.has(type) ? 'happened' : modality, date, {
      partnership,
      by,
      fields,
      note: 'one statement in our own words, about as long as a line of notes',
      ...(subject === undefined ? {} : { subject }),
      ...(campaign === undefined ? {} : { campaign }),
      ...(games === undefined ? {} : { games }),
      ...(by === 'party' ? { speaker: `Speaker ${draw.below(20)}` } : {}),
      corrections: date !== null && draw.chance(shares.correction) ? [correctionOf(date, day)] : [],
    }),
    paragraphs: [1 + draw.below(12)],
  };
}

const isStatement = new Set(['CreativeCountStated', 'RosterReported']);

function correctionOf(said: string, day: string): ReportDraft['corrections'][number] {
  return {
    field: 'date',
    said,
    value: dayAfter(Date.parse(said), 7),
    reason: 'the register of the federation has it otherwise',
    reference: { title: 'Register of agreements', published: day },
  };
}

// What every partnership begins with. The articles mention it again and again.
const founded: readonly ((day: string, draw: Random) => Story)[] = [
  (date) => ({ type: 'PartnershipAnnounced', modality: 'happened', date, fields: { place: 'Lausanne' } }),
  (date) => ({ type: 'PartnershipSigned', modality: 'happened', date, fields: { place: 'Davos' } }),
  (date, draw) => ({
    type: 'TermAgreed',
    modality: 'happened',
    date,
    fields: { start: date, end: `${2028 + draw.below(8)}-12-31` },
  }),
  (date, draw) => ({
    type: 'CategoryGranted',
    modality: 'happened',
    date,
    subject: `category-${draw.below(40)}`,
    fields: { exclusive: draw.chance(0.7), territory: ['worldwide'] },
  }),
  (date, draw) => ({ type: 'TierGranted', modality: 'happened', date, subject: `tier-${draw.below(4)}`, fields: {} }),
];

const editions = ['2016S', '2018W', '2020S', '2022W', '2024S', '2026W', '2028S', '2030W'] as const;

function newStory(serial: number, day: string, draw: Random): Story {
  const [type, detail] = draw.one(storyTypes);
  const isPlanned = draw.chance(0.3);
  const date = dayAfter(Date.parse(day), isPlanned ? 10 + draw.below(400) : -draw.below(30));
  return {
    type,
    date: draw.chance(0.1) ? null : date,
    modality: isPlanned ? 'planned' : 'happened',
    subject: `${type.toLowerCase().slice(0, 8)}-${serial}`,
    games: [draw.one(editions)],
    ...detail(Math.floor(serial / 3), draw),
  };
}

type Detail = (group: number, draw: Random) => Pick<Story, 'fields'> & Partial<Story>;

const ofService: Detail = (group, draw) => ({
  subject: `service-${group}`,
  fields: { quantity: 1 + draw.below(500), unit: 'sites' },
});

const ofCampaign: Detail = (group) => ({ subject: `campaign-${group}`, fields: {} });

const storyTypes: readonly (readonly [type: string, detail: Detail])[] = [
  ['ObligationUndertaken', ofService],
  ['ObligationUndertaken', ofService],
  ['ObligationMilestoneReached', ofService],
  ['ObligationDelivered', ofService],
  ['CampaignAnnounced', ofCampaign],
  ['CampaignLaunched', ofCampaign],
  ['CreativeCountStated', (group, draw) => ({ subject: `campaign-${group}`, fields: { count: 1 + draw.below(30) } })],
  [
    'CreativeReleased',
    (group, draw) => ({ campaign: `campaign-${group}`, fields: { features: `athlete-${draw.below(50)}` } }),
  ],
  ['ActivationStaged', (_group, draw) => ({ fields: { people: 10 + draw.below(5000), place: 'Paris' } })],
  ['InitiativeDeployed', () => ({ fields: {} })],
];

/** A further article of `size` reports on a partnership, some new and some that corroborate, as it arrives today. */
export function furtherArticle(partnership: string, size: number, serial: number): ReadingDraft {
  const draw = random(`${partnership} ${serial}`);
  const stories = founded.map((tell) => tell('2014-01-01', random(partnership)));
  for (let i = 0; i < size; i++) stories.push(newStory(1_000_000 + serial * size + i, '2026-05-01', draw));
  const reports = reportsOf(partnership, size, '2026-05-01', stories, draw);
  return article(`further-${partnership.replaceAll('.', '-')}-${serial}`, '2026-05-01', reports, { partnership });
}
