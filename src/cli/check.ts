import type { SubjectRegistry } from '../articles/register.ts';
import { readSeeds } from '../articles/seeds.ts';
import { indexOf, joinIndexes, noArticles } from '../domain/decisions/admission.ts';
import { type ReadingDraft, readingEvents } from '../domain/decisions/reading.ts';
import { decode, type LedgerEvent, ownWriters, partnershipStream } from '../domain/vocabulary/events.ts';
import { type FactKeyParts, factParts } from '../domain/vocabulary/fact-key.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';
import type { NewEvent } from '../event-store/event-store.ts';
import { type ArticleWriter, appendArticle, type Recorder } from '../recording/record-article.ts';
import { checkedFiles, fileListProblems, type SoundFile } from './article-files.ts';
import {
  type Command,
  fail,
  newPartnershipOption,
  type ParsedArguments,
  registeredSubjects,
  remedyOf,
} from './command.ts';
import type { Context, ExitCode, OpenLedger } from './context.ts';
import { type Canvas, counted, drawTable, plainText, wrap } from './print.ts';
import { numberRanges } from './texts.ts';

/** Checks article files, and says what recording them would do. Records nothing. */
export async function check(args: ParsedArguments, context: Context): Promise<ExitCode> {
  const problems = [...args.problems, ...fileListProblems(args.positionals)];
  if (problems.length > 0) return fail(problems, 'check', context);
  const folders = context.folders();
  const subjects = await registeredSubjects(folders, context);
  const files = await checkedFiles(args.positionals, subjects, context);
  if (files === null) return 2;
  const writer = { recordedBy: ownWriters.check, isNewPartnership: args.options.has(newPartnershipOption.name) };
  const ledger = await context.openExistingLedger(folders);
  try {
    const seeds = (await readSeeds(folders.seedsDir)).readings;
    const known = ledger === null ? emptyLedger(seeds) : knownLedger(ledger, seeds);
    return await checkFiles(files, known, subjects, writer, context);
  } finally {
    await ledger?.close();
  }
}

async function checkFiles(
  files: readonly SoundFile[],
  ledger: KnownLedger,
  subjects: SubjectRegistry,
  writer: ArticleWriter,
  { out, messages }: Context,
): Promise<ExitCode> {
  const isRegistered = (kind: string, subject: string) =>
    subjects.subjectsOf(kind).some(({ slug }) => slug === subject);
  const factsByPartnership = new Map<string, KnownFacts>();
  const before = new Set<string>();
  let refused = false;
  for (const { file, reading } of files) {
    const { partnership, article, revision, reports } = reading;
    const known: KnownFacts =
      factsByPartnership.get(partnership) ??
      new Map((await ledger.factsOf(partnership)).map((fact) => [fact.key, fact]));
    factsByPartnership.set(partnership, known);
    const rehearsed = await rehearse(reading, writer, ledger, before);
    if (rehearsed.outcome === 'refused') {
      refused = true;
      messages.write(`${messages.paint('red', plainText(`${file}: would be refused: ${rehearsed.message}`))}\n`);
    }
    const matches = factMatches(
      reports.map(({ fact }) => fact),
      known,
      isRegistered,
    );
    const { joined, created } = matches;
    const head = plainText(
      `${file}: article ${article}, revision ${revision}, on ${partnership}: ${outcomes[rehearsed.outcome]}`,
    );
    const facts = `${counted(joined.length + created.length, 'fact')}: it joins ${joined.length} and creates ${created.length}`;
    const table = joined.length + created.length === 0 ? '' : `\n${checkTable(matches, out)}`;
    out.write(`${[out.paint('bold', head), ...paragraphLines(reading, out), facts].join('\n')}\n${table}\n`);
    before.add(article);
    if (rehearsed.outcome === 'recorded') addFacts(known, reading);
  }
  return refused ? 2 : 0;
}

/** What a check compares with. `rehearsal` records nothing. */
type KnownLedger = {
  readonly factsOf: (partnership: string) => Promise<readonly KnownFact[]>;
  readonly rehearsal: Recorder;
};

export type KnownFact = { readonly key: string; readonly status: string; readonly articles: readonly string[] };

type KnownFacts = Map<string, KnownFact>;

// What would become of an article that is recorded after the ledger's articles and those of the files before it.
async function rehearse(
  reading: ReadingDraft,
  writer: ArticleWriter,
  { rehearsal }: KnownLedger,
  before: ReadonlySet<string>,
): Promise<Rehearsed> {
  const appended = await appendArticle(reading, writer, rehearsal);
  if (appended.outcome !== 'refused') return { outcome: appended.outcome };
  const { rule, message } = appended.rejection;
  const where = before.has(reading.article) ? ' (it is in another of these files)' : '';
  return { outcome: 'refused', message: `${message}${where}${remedyOf(rule)}` };
}

type Rehearsed =
  | { readonly outcome: 'recorded' | 'unchanged' }
  | { readonly outcome: 'refused'; readonly message: string };

/** The facts that a file with reports on `keys` would join and create, in the order of the file. */
export function factMatches(
  keys: readonly string[],
  known: ReadonlyMap<string, KnownFact>,
  isRegistered: IsRegistered,
): FactMatches {
  const byKind = Map.groupBy(
    [...known.keys()].map((key): Placed => ({ key, ...factParts(key) })),
    ({ kind }) => kind,
  );
  const distinct = [...new Set(keys)];
  const near = (key: string): readonly string[] => {
    const fact = { key, ...factParts(key) };
    const sameKind = byKind.get(fact.kind) ?? [];
    const similar = [...similarSubjects(fact, sameKind, isRegistered), ...withOrWithoutGames(fact, sameKind)];
    return [...new Set(similar.map(({ key: known }) => known))].slice(0, maxNearFacts);
  };
  return {
    joined: distinct.flatMap((key) => known.get(key) ?? []),
    created: distinct.filter((key) => !known.has(key)).map((key) => ({ key, near: near(key) })),
  };
}

type IsRegistered = (kind: string, subject: string) => boolean;

type FactMatches = { readonly joined: readonly KnownFact[]; readonly created: readonly NewFact[] };

/** A fact that a file would create, and known facts that it may mean. */
type NewFact = { readonly key: string; readonly near: readonly string[] };

type Placed = FactKeyParts & { readonly key: string };

// An unknown subject may be a typing mistake.
function similarSubjects(fact: Placed, sameKind: readonly Placed[], isRegistered: IsRegistered): readonly Placed[] {
  const subjects = new Set(sameKind.map(({ subject }) => subject));
  if (subjects.has(fact.subject) || isRegistered(fact.kind, fact.subject)) return [];
  const near = nearest(fact.subject, subjects);
  const candidates = near.flatMap((subject) => sameKind.filter((known) => known.subject === subject));
  const asMilestone = candidates.filter(({ milestone }) => milestone === fact.milestone);
  const asEdition = asMilestone.filter(({ edition }) => edition === fact.edition);
  return [asEdition, asMilestone, candidates].find((facts) => facts.length > 0) ?? [];
}

// One article may name the Games that another leaves out.
function withOrWithoutGames(fact: Placed, sameKind: readonly Placed[]): readonly Placed[] {
  return sameKind.filter(
    ({ subject, milestone, edition }) =>
      subject !== '' &&
      subject === fact.subject &&
      milestone === fact.milestone &&
      (edition === null) !== (fact.edition === null),
  );
}

const maxNearFacts = 3;

const outcomes = {
  recorded: 'sound',
  unchanged: 'sound, and already recorded: ingesting it would append nothing',
  refused: 'sound, but it would be refused',
} as const;

function checkTable({ joined, created }: FactMatches, canvas: Canvas): string {
  return drawTable(
    {
      columns: [
        { head: 'It', least: 7, most: 7 },
        { head: 'Fact', least: 30, most: 90 },
        { head: 'Known', least: 12, most: 20 },
        { head: 'Articles', least: 8, most: 24 },
      ],
      rows: [
        ...joined.map(({ key, status, articles }) => [
          [{ text: 'joins', format: 'green' as const }],
          [{ text: key }],
          [{ text: status }],
          [{ text: articles.join(' '), format: 'dim' as const }],
        ]),
        ...created.map(({ key, near }) => [
          [{ text: 'creates', format: 'cyan' as const }],
          [{ text: key }, ...near.map((known) => ({ text: `near ${known}`, format: 'yellow' as const }))],
          [{ text: 'new' }],
          [],
        ]),
      ],
    },
    canvas,
  );
}

// How many paragraphs the reports cite, which are omitted, and why.
function paragraphLines({ paragraphs, reports, omitted }: ReadingDraft, { width, paint }: Canvas): readonly string[] {
  const cited = new Set(reports.flatMap((report) => report.paragraphs));
  const indent = '  ';
  const left = paragraphs - cited.size;
  const account = `${cited.size} of ${counted(paragraphs, 'paragraph')} cited, by ${counted(reports.length, 'report')}; ${left} omitted`;
  const reasons = omitted.flatMap((omission) =>
    wrap(plainText(`${numberRanges(omission.paragraphs)}: ${omission.reason}`), width - indent.length).map((line) =>
      paint('dim', `${indent}${line}`),
    ),
  );
  return [account, ...reasons];
}

function addFacts(known: KnownFacts, { article, reports }: ReadingDraft): void {
  for (const { fact } of reports) {
    const before = known.get(fact) ?? { key: fact, status: 'in these files', articles: [] };
    known.set(fact, { ...before, articles: [...new Set([...before.articles, article])] });
  }
}

function emptyLedger(seeds: readonly ReadingDraft[]): KnownLedger {
  const empty = { read: async () => ({ events: [], revision: -1 }), articles: async () => noArticles };
  return {
    factsOf: async () => [],
    rehearsal: rehearsalOf(empty, seeds),
  };
}

// Looks beyond every date: `occurredAsOf` in the year 9999.
function knownLedger({ views, recorder }: OpenLedger, seeds: readonly ReadingDraft[]): KnownLedger {
  return {
    factsOf: async (partnership) => {
      const { cut } = await views.resolve({ occurredAsOf: '9999' });
      if (cut === null) return [];
      const view = await views.partnership(partnership, cut);
      return [...view.facts().facts, ...view.unsupported()].map(({ key, status, evidence }) => ({
        key,
        status,
        articles: [...new Set(evidence.map(({ report }) => report.metadata.article))],
      }));
    },
    rehearsal: rehearsalOf(recorder, seeds),
  };
}

// A recorder that keeps what it is given to itself, on top of what the ledger holds and of the texts of the seeds, which
// a server records at its start.
function rehearsalOf(
  { read, articles }: Pick<Recorder, 'read' | 'articles'>,
  seeds: readonly ReadingDraft[],
): Recorder {
  const kept = new Map<string, LedgerEvent[]>();
  const seedEvents = seeds.flatMap((reading) =>
    understood(partnershipStream(reading.partnership), readingEvents(reading, ownWriters.seeds)),
  );
  const ofSeeds = { ...indexOf(seedEvents), isReported: () => false, reportedPartnerships: () => [] };
  return {
    store: {
      append: async (stream, _, events) => {
        kept.set(stream, [...(kept.get(stream) ?? []), ...understood(stream, events)]);
        return nowhere;
      },
    },
    read: async (stream) => {
      const { events, revision } = await read(stream);
      return { events: [...events, ...(kept.get(stream) ?? [])], revision };
    },
    articles: async () => joinIndexes(await articles(), ofSeeds, indexOf([...kept.values()].flat())),
    inTurn: async (_, work) => await work(),
  };
}

const nowhere = { revision: 0, position: 0, recordedAt: '' };

function understood(stream: string, events: readonly NewEvent[]): readonly LedgerEvent[] {
  return events.flatMap((event) => decode({ ...event, ...nowhere, stream }) ?? []);
}

/** `check`: validates article files, and records nothing. */
export const checkCommand: Command = {
  name: 'check',
  usage: 'check <files…>',
  says: 'validate article files, and say which facts they would join',
  explains: `Records nothing. Reports every mistake at once, with file, line and column (exit code 2). If there is none, it says
what accounts for which paragraph, which facts the file would join, which it would create, and which known facts are
so similar to a new one that one may be mistyped. It checks several files as if they were recorded one after another.
Without a ledger every fact is new. "-" is standard input.`,
  options: [newPartnershipOption],
  run: check,
};
