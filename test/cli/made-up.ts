import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context, Output } from '../../src/cli/context.ts';
import type { Canvas } from '../../src/cli/draw-table.ts';
import { runCommandLine } from '../../src/cli/run.ts';
import { openLedger } from '../../src/open-ledger.ts';
import type { AuditEntry } from '../../src/projections/shapes/audit.ts';
import type { Source } from '../../src/projections/shapes/source.ts';
import type { Entry } from '../../src/projections/shapes/timeline.ts';

/** Where tables are drawn in tests: without colours. */
export const canvas = (width: number): Canvas => ({ width, paint: (_format, text) => text });

/** A report of an article that says nothing special. */
export const source = (article: string, of: Partial<Source> = {}): Source => ({
  article,
  revision: 1,
  paragraphs: [1],
  publisher: 'Harbour Gazette',
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

/** A fact that happened, certainly and without contradiction. */
export const entry = (fact: string, of: Partial<Entry> = {}): Entry => ({
  fact,
  type: 'CategoryGranted',
  summary: 'A made-up fact',
  status: 'happened',
  timing: 'certain',
  occurred: { edtf: '2025-03-03', earliest: '2025-03-03', latest: '2025-03-03', basis: 'stated' },
  planned: null,
  planHistory: [],
  variance: null,
  data: {},
  contested: false,
  reopened: false,
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
  late: false,
  supersedes: null,
  supersededBy: null,
  ...of,
});

/** The text of an article file on a made-up partnership; `reports` are lines of its list, each without the dash. */
export const articleFile = (article: string, reports: readonly string[], head: Record<string, string> = {}): string => {
  const keys = {
    article,
    partnership: 'kestrel.ioc',
    title: 'null',
    publisher: 'Harbour Gazette',
    published: '2025-03-04',
    publishedBasis: 'Printed under the headline.',
    textSha256: '8f2c1f0a5d3b6e7798a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f607',
    paragraphs: '1',
    by: 'outlet',
    ...head,
  };
  const lines = Object.entries(keys).map(([key, value]) => `${key}: ${value}`);
  return `${lines.join('\n')}\nreports:\n${reports.map((report) => `  - { ${report}, p: 1 }`).join('\n')}\n`;
};

/** What a command wrote, and how it ended. */
export type Outcome = { readonly code: number; readonly out: string; readonly messages: string };

/**
 * Runs a command line in this process, on the ledger in `dataDir` and without seeds. `stopAt` aborts, as Ctrl-C does,
 * as soon as a message contains it.
 */
export const run = async (
  dataDir: string,
  given: readonly string[],
  { stdin = '', stopAt = null, width = 100 }: { stdin?: string; stopAt?: string | null; width?: number } = {},
): Promise<Outcome> => {
  const written = { out: '', messages: '' };
  const stopping = new AbortController();
  const output = (to: 'out' | 'messages'): Output => ({
    write: (text) => {
      written[to] += text;
      if (stopAt !== null && text.includes(stopAt)) stopping.abort();
    },
    isTerminal: false,
    ...canvas(width),
  });
  const context: Context = {
    out: output('out'),
    messages: output('messages'),
    readStdin: async () => stdin,
    folders: () => ({ dataDir, seedsDir: join(dataDir, 'no-seeds') }),
    openLedger: () => openLedger({ dataDir }),
    openExistingLedger: async () => (existsSync(join(dataDir, 'ledger.sqlite')) ? await openLedger({ dataDir }) : null),
    listenForStop: () => stopping.signal,
  };
  const code = await runCommandLine(given, { version: '1.2.3', settings: '  HOST  address' }, context);
  return { code, ...written };
};
