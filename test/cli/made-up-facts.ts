import type { AuditEntry } from '../../src/projections/effects.ts';
import type { Source } from '../../src/projections/shapes.ts';
import type { Entry } from '../../src/projections/timeline.ts';

/** An ordinary report of an article. */
export const source = (article: string, of: Partial<Source> = {}): Source => ({
  article,
  revision: 1,
  paragraphs: [1],
  publisher: 'Harbour Gazette',
  author: null,
  url: null,
  language: null,
  copyOf: null,
  extent: null,
  published: { edtf: '2025-03-04', earliest: '2025-03-04', latest: '2025-03-04' },
  attribution: 'outlet',
  speaker: null,
  modality: 'happened',
  date: null,
  implied: false,
  identityAssumed: null,
  values: {},
  corrections: [],
  note: null,
  position: 1,
  id: `id of ${article}`,
  ...of,
});

/** A certain, uncontested fact that happened. */
export const entry = (fact: string, of: Partial<Entry> = {}): Entry => ({
  fact,
  type: 'CategoryGranted',
  title: 'A made-up fact',
  group: null,
  summary: 'A made-up fact',
  status: 'happened',
  timing: 'certain',
  guess: false,
  occurred: { edtf: '2025-03-03', earliest: '2025-03-03', latest: '2025-03-03', basis: 'stated' },
  planned: null,
  sortedBy: { day: null, basis: 'reported' },
  planHistory: [],
  denied: null,
  variance: null,
  data: {},
  states: [],
  contested: false,
  reopened: false,
  decisions: [],
  alternatives: [],
  flags: [],
  games: [],
  firstReported: { edtf: '2025-03-04', articles: ['a'], tie: false },
  sources: [source('a')],
  version: 1,
  links: { fact: '', history: '' },
  ...of,
});

/** An event of the audit trail: the report of a fact. */
export const auditEntry = (of: Partial<AuditEntry> = {}): AuditEntry => ({
  position: 7,
  recordedAt: '2026-11-22T09:00:00.123Z',
  recordedBy: 'cli',
  event: { id: 'id', type: 'TermAgreed', stream: 'partnership-kestrel.ioc', revision: 6 },
  article: 'a',
  revision: 1,
  paragraphs: [2, 3, 4, 8],
  fact: 'partnership/kestrel.ioc/term-agreed',
  asserted: { modality: 'happened', date: '2025-03-03', games: [], note: 'Ten years' },
  effects: ['entered'],
  alsoTouched: [],
  late: false,
  supersedes: null,
  supersededBy: null,
  ...of,
});
