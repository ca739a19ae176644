import { readingsByPartnership } from '../../src/domain/decisions/reading.ts';
import { factsInView } from '../../src/domain/facts/facts-at.ts';
import { type Cell, obligations } from '../../src/projections/obligations.ts';
import { rollout, type Step } from '../../src/projections/rollout.ts';
import type { Source } from '../../src/projections/shapes.ts';
import { timeline } from '../../src/projections/timeline.ts';
import { examplesFolder, gamesHistory, historyOf, projectSeeds } from './seeds.ts';

/** The golden files: whose read models as of which day. */
export const goldens: readonly Golden[] = [
  { file: 'seeds-2018-02-05.txt', partnership: 'alibaba.ioc', day: '2018-02-05', folders: [] },
  { file: 'seeds-2026-11-22.txt', partnership: 'alibaba.ioc', day: '2026-11-22', folders: [] },
  { file: 'three-chelsea-2022-04-01.txt', partnership: 'three.chelsea', day: '2022-04-01', folders: [examplesFolder] },
  { file: 'three-chelsea-2026-11-22.txt', partnership: 'three.chelsea', day: '2026-11-22', folders: [examplesFolder] },
  { file: 'toyota-ioc-2021-07-22.txt', partnership: 'toyota.ioc', day: '2021-07-22', folders: [examplesFolder] },
  { file: 'toyota-ioc-2026-11-22.txt', partnership: 'toyota.ioc', day: '2026-11-22', folders: [examplesFolder] },
  {
    file: 'toyota-mobility-foundation-ipc-2026-11-22.txt',
    partnership: 'toyota-mobility-foundation.ipc',
    day: '2026-11-22',
    folders: [examplesFolder],
  },
  { file: 'toyota-ipc-2026-11-22.txt', partnership: 'toyota.ipc', day: '2026-11-22', folders: [examplesFolder] },
];

type Golden = {
  readonly file: string;
  readonly partnership: string;
  readonly day: string;
  /** The folders of articles that are replayed beside the seeds. */
  readonly folders: readonly string[];
};

// Article and paragraphs, with who says so: short enough to be read beside the articles.
const cited = (sources: readonly Source[]): string =>
  sources
    .map(
      ({ article, paragraphs, attribution, modality }) =>
        `${article}¶${paragraphs.join(',')} ${attribution} ${modality}`,
    )
    .join('; ');

const stepLine = ({ fact, status, timing, planned, occurred, contested, sources }: Step): string =>
  `${status}${timing === 'certain' ? '' : '?'} ${fact} planned ${planned?.edtf ?? '-'} occurred ${occurred?.edtf ?? '-'}${contested ? ' CONTESTED' : ''} (${cited(sources)})`;

const cellLine = ({ obligation, status, timing, closedWithoutReport, milestones, qualifications }: Cell): string =>
  `  ${obligation}: ${status}${timing === 'certain' ? '' : '?'}${closedWithoutReport ? ', closed without report' : ''}` +
  `${milestones.map(({ fact }) => `, milestone ${fact}`).join('')}${qualifications.map(({ text }) => `, qualified: ${text}`).join('')}`;

/** The three read models of a partnership as of a day, as lines that a person can check against the articles. */
export const goldenLines = async ({ partnership, day: occurredAsOf, folders }: Golden): Promise<string> => {
  const seeds = await projectSeeds(...folders);
  const games = gamesHistory(seeds);
  const readings = seeds.readings.flatMap(readingsByPartnership);
  const history = historyOf(
    readings.filter((reading) => reading.partnership === partnership),
    games.length,
  );
  const cut = { occurredAsOf, reportedAsOf: null, position: games.length + history.length };
  const ground = { partnership, history, games, otherHoldings: { certain: [], possible: [] } };
  const view = factsInView(ground, cut, 'any');
  const names = seeds.subjects.name;
  const table = obligations(view, cut, partnership, names);
  const marketing = rollout(view, partnership, names);
  return [
    `# Timeline as of ${occurredAsOf}`,
    ...timeline(view.facts, partnership, names).map(
      (entry) =>
        `${entry.guess ? 'guess' : entry.status}${entry.timing === 'certain' ? '' : '?'} ${entry.fact} occurred ${entry.occurred?.edtf ?? '-'}` +
        `${entry.occurred === null ? '' : ` (${entry.occurred.basis})`} planned ${entry.planned?.edtf ?? '-'}` +
        `${Object.keys(entry.data).length === 0 ? '' : ` ${JSON.stringify(entry.data)}`}${entry.contested ? ' CONTESTED' : ''}` +
        `${entry.flags.map(({ rule }) => ` FLAG ${rule}`).join('')}\n    ${entry.summary}\n    ${cited(entry.sources)}`,
    ),
    '',
    `# Obligations as of ${occurredAsOf}`,
    ...table.rows.flatMap((row) => [
      `${row.edition} ${row.name} ${row.window?.edtf ?? '-'}${row.implied ? ' implied' : ''}`,
      ...row.qualifications.map(({ text }) => `  qualified: ${text}`),
      ...Object.values(row.cells).map(cellLine),
    ]),
    'programme',
    ...Object.values(table.programme.cells).map(cellLine),
    '',
    `# Rollout as of ${occurredAsOf}`,
    ...marketing.campaigns.flatMap((campaign) => [
      `campaign ${campaign.campaign} (${campaign.name})`,
      ...[campaign.announcement, campaign.launch, campaign.end, campaign.cancellation].flatMap((step) =>
        step === null ? [] : [`  ${stepLine(step)}`],
      ),
      `  creatives stated ${JSON.stringify(campaign.creatives.stated?.value ?? null)}${campaign.creatives.stated?.contested ? ' CONTESTED' : ''}, unidentified ${campaign.creatives.unidentified ?? '-'}`,
      ...[...campaign.creatives.named, ...campaign.markets, ...campaign.phases, ...campaign.activations].map(
        (step) => `  ${stepLine(step)}`,
      ),
    ]),
    ...marketing.activations.map((step) => `activation ${stepLine(step)}`),
    ...marketing.coActivations.map((one) => `with ${one.with}: ${one.status} (${cited(one.sources)})`),
    ...marketing.storefronts.map(
      (store) =>
        `store ${store.storefront} on ${store.platform}: ${store.opening === null ? '-' : stepLine(store.opening)}`,
    ),
    '',
  ].join('\n');
};
