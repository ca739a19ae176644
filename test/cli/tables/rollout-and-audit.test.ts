import t from 'tap';
import { auditTable } from '../../../src/cli/tables/audit.ts';
import { rolloutTable } from '../../../src/cli/tables/rollout.ts';
import type { Rollout, Step } from '../../../src/projections/rollout.ts';
import { auditEntry, source } from '../made-up-facts.ts';
import { canvas } from '../plain-canvas.ts';

const step = (of: Partial<Step> = {}): Step => ({
  fact: 'f',
  status: 'planned',
  timing: 'certain',
  guess: false,
  planned: { edtf: '2025-09', earliest: '2025-09-01', latest: '2025-09-30', basis: 'stated' },
  occurred: null,
  summary: 'to come',
  contested: false,
  reopened: false,
  alternatives: [],
  flags: [],
  games: [],
  sources: [source('a')],
  ...of,
});

const campaign: Rollout['campaigns'][number] = {
  campaign: 'quiet-roads',
  name: 'Quiet roads',
  announcement: null,
  launch: step({ status: 'due' }),
  end: null,
  cancellation: null,
  creatives: {
    stated: {
      value: 3,
      contested: true,
      flags: [],
      alternatives: [
        { field: 'count', value: 3, displayed: true, sources: [source('a')] },
        { field: 'count', value: 2, displayed: false, sources: [source('b')] },
      ],
      sources: [source('a'), source('b')],
    },
    named: [{ ...step(), creative: 'first-snow', name: 'First snow' }],
    unidentified: 2,
  },
  markets: ['FR', 'IT', 'NO'].map((market) => ({
    ...step({ status: market === 'NO' ? 'happened' : 'planned' }),
    market,
  })),
  phases: [],
  turns: [],
  activations: [],
};

const rollout: Rollout = { campaigns: [campaign], activations: [], coActivations: [], storefronts: [] };

t.test('the rollout table gives a campaign a section with its launch, creatives and markets', async (t) => {
  const drawn = rolloutTable(rollout, canvas(100));
  t.match(drawn, /^Campaign: Quiet roads \(quiet-roads\)$/m);
  t.match(drawn, /^Launch +to come +due +2025-09 +a$/m);
  t.match(
    drawn,
    /3 stated[\s\S]*1 named, 2 not identified[\s\S]*≠ count: 3 \(a\) or 2 \(b\)[\s\S]*First snow +planned/,
  );
});

t.test('the rollout table puts markets of the same status in one row', async (t) => {
  const drawn = rolloutTable(rollout, canvas(100));
  t.match(drawn, /^Markets +FR IT +planned/m);
  t.match(drawn, /^ +NO +happened/m);
});

t.test('the rollout table leaves out empty sections', async (t) => {
  t.notMatch(rolloutTable(rollout, canvas(100)), /Storefronts|Joint|Activations/);
  t.equal(rolloutTable({ ...rollout, campaigns: [] }, canvas(100)), '');
});

t.test('the rollout table shows the plan and the opening of a storefront', async (t) => {
  const opening = step({
    status: 'happened',
    occurred: { edtf: '2025-10~', earliest: null, latest: null, basis: 'stated' },
  });
  const storefront = {
    storefront: 's',
    name: 'Depot',
    platform: 'Harbour',
    games: ['2026W'],
    opening,
    suspension: null,
    closing: null,
    turns: [],
  };
  const drawn = rolloutTable({ ...rollout, campaigns: [], storefronts: [storefront] }, canvas(120));
  t.match(drawn, /^Opening +Depot, on Harbour, 2026W +happened +about 2025-10 +a$/m);
  t.match(drawn, 'planned for');
});

t.test('the audit table shows the position, fact, effects, article and paragraphs of an event', async (t) => {
  const [, , first = '', second = '', third] = auditTable(
    [auditEntry({ effects: ['entered', 'contested'], late: true })],
    canvas(100),
  ).split('\n');
  t.match(first, /^7 +2026-11-22 +TermAgreed +entered +cli +a$/);
  t.match(second, /^ +09:00:00 +partnership\/kestrel.ioc\/term-agreed +contested +¶ 2-4, 8$/);
  t.match(third, /happened 2025-03-03: Ten years +late arrival/);
});

t.test('the audit table names what replaced a report', async (t) => {
  t.match(auditTable([auditEntry({ supersededBy: 12 })], canvas(100)), 'replaced by #12');
});

t.test('the audit table shows the head of a reading without digests', async (t) => {
  const asserted = { digest: 'f'.repeat(64), because: null, publisher: 'Harbour Gazette', reports: 9 };
  const read = auditEntry({
    event: { ...auditEntry().event, type: 'ArticleRead' },
    fact: null,
    paragraphs: [],
    effects: [],
    asserted,
  });
  const drawn = auditTable([read], canvas(100));
  t.match(drawn, 'publisher: Harbour Gazette · reports: 9');
  t.notMatch(drawn, /fff|because/);
});
