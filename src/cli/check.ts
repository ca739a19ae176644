import type { SubjectRegistry } from '../articles/registry.ts';
import { readSeeds } from '../articles/seeds.ts';
import { numberRanges } from '../articles/values.ts';
import { indexOf } from '../domain/decisions/admission.ts';
import { type ReadingDraft, readingEvents, readingsByPartnership } from '../domain/decisions/reading.ts';
import type { ViewFact } from '../domain/facts/facts-at.ts';
import { type Day, uncertainDate } from '../domain/vocabulary/dates.ts';
import { decode, type LedgerEvent, ownWriters, partnershipStream } from '../domain/vocabulary/events.ts';
import { effectsByKind } from '../projections/effects.ts';
import type { IngestResult } from '../projections/live/ingest-result.ts';
import { type Rehearsal, startRehearsal } from '../recording/rehearse-article.ts';
import { type ArticleText, checkedFiles, fileListProblems, readTexts, type SoundFile } from './article-files.ts';
import { type Command, fail, newPartnershipOption, type ParsedArguments, remedyOf, textOption } from './command.ts';
import type { Context, ExitCode, OpenLedger } from './context.ts';
import { distantDay, type FactMatches, factMatches, type KnownFact, keptDay } from './fact-matches.ts';
import { type Canvas, counted, drawTable, type Line, plainText, wrap } from './print.ts';
import { registeredSubjects, seedsFolders, withOption } from './registered-subjects.ts';
import { evidenceTable } from './tables/evidence.ts';
import { contestLines, flagLines } from './words.ts';

/** Checks article files, and says what recording them would do. Records nothing. */
async function check(args: ParsedArguments, context: Context): Promise<ExitCode> {
  const textFiles = args.options.get(textOption.name) ?? [];
  const { texts, problems: unreadable } = await readTexts(textFiles, args.positionals.length);
  const isOfTexts = textFiles.length > 0 && args.positionals.length === 0;
  const problems = [...args.problems, ...(isOfTexts ? [] : fileListProblems(args.positionals)), ...unreadable];
  if (problems.length > 0) return fail(problems, 'check', context);
  if (isOfTexts) return describeTexts(texts, context);
  const folders = context.folders();
  const subjects = await registeredSubjects(folders, args, context);
  const ledger = await context.openExistingLedger(folders);
  try {
    const files = await checkedFiles(args.positionals, subjects, context, {
      texts,
      recorder: ledger?.recorder ?? null,
    });
    if (files === null) return 2;
    const seeds = indexOf(seedEvents((await readSeeds(...seedsFolders(folders, args))).readings));
    // A server records the seeds at its start, so their texts are taken.
    const others = { ...seeds, isReported: () => false, reportedPartnerships: () => [] };
    const rehearsal = startRehearsal(ledger, others);
    return (await rehearseFiles(files, args, { ledger, rehearsal }, subjects, context)) ? 0 : 2;
  } finally {
    await ledger?.close();
  }
}

function seedEvents(readings: readonly ReadingDraft[]): readonly LedgerEvent[] {
  return readings.flatMap(readingsByPartnership).flatMap((reading) =>
    readingEvents(reading, ownWriters.seeds).flatMap((event) => {
      const stream = partnershipStream(reading.partnership);
      return decode({ ...event, stream, revision: 0, position: 0, recordedAt: '' }) ?? [];
    }),
  );
}

// Before there is an article file: what its head says of the text, and the numbers of the paragraphs.
function describeTexts(texts: readonly ArticleText[], { out }: Context): ExitCode {
  for (const { file, sha256, paragraphs } of texts) {
    const lines = paragraphs.flatMap((paragraph, i) => wrap(plainText(`¶ ${i + 1} ${paragraph}`), out.width));
    const head = [`textSha256: ${sha256}`, `paragraphs: ${paragraphs.length}`];
    out.write(`${[out.paint('bold', plainText(file)), ...head, '', ...lines, ''].join('\n')}\n`);
  }
  return 0;
}

/**
 * Says what recording files in turn would do: what accounts for which paragraph, which facts they would join, create and
 * contest, and which rules they break. Records nothing. Returns whether all would be accepted.
 */
export async function rehearseFiles(
  files: readonly SoundFile[],
  { options }: Pick<ParsedArguments, 'options'>,
  { ledger, rehearsal }: { readonly ledger: OpenLedger | null; readonly rehearsal: Rehearsal },
  subjects: SubjectRegistry,
  { out, messages }: Context,
): Promise<boolean> {
  const writer = { recordedBy: ownWriters.check, isNewPartnership: options.has(newPartnershipOption.name) };
  const isRegistered = (kind: string, subject: string) =>
    subjects.subjectsOf(kind).some(({ slug }) => slug === subject);
  const factsByPartnership = new Map<string, KnownFacts>();
  const before = new Set<string>();
  let isAccepted = true;
  for (const { file, reading, text } of files) {
    const { article, revision } = reading;
    const rehearsed = await rehearsal.record(reading, writer);
    if (rehearsed.outcome === 'refused') {
      isAccepted = false;
      const { rule, message } = rehearsed.rejection;
      const where = before.has(article) ? ' (it is in another of these files)' : '';
      const problem = plainText(`${file}: would be refused: ${message}${where}${remedyOf(rule)}`);
      messages.write(`${messages.paint('red', problem)}\n`);
    }
    const blocks = readingsByPartnership(reading);
    const where = blocks.map(({ partnership }) => partnership).join(' and ');
    const head = plainText(
      `${file}: article ${article}, revision ${revision}, on ${where}: ${outcomes[rehearsed.outcome]}`,
    );
    const result = rehearsed.outcome === 'recorded' ? rehearsed.result : nothingDone;
    const whole = { ...reading, reports: blocks.flatMap(({ reports }) => reports) };
    const evidence = text === null ? [] : [textLine(text), '', evidenceTable(whole, text.paragraphs, out)];
    out.write(`${[out.paint('bold', head), ...paragraphLines(whole, out), ...evidence].join('\n')}\n`);
    for (const block of blocks) {
      const { partnership, reports } = block;
      const known: KnownFacts =
        factsByPartnership.get(partnership) ??
        new Map((await factsOf(partnership, ledger)).map((fact) => [fact.key, fact]));
      factsByPartnership.set(partnership, known);
      const keys = reports.map(({ fact }) => fact);
      const matches = factMatches(keys, known, isRegistered);
      const { joined, created } = matches;
      const ofBlock = blocks.length === 1 ? '' : ` on ${partnership}`;
      const facts = `${counted(joined.length + created.length, 'fact')}${ofBlock}: it joins ${joined.length} and creates ${created.length}`;
      const table = joined.length + created.length === 0 ? '' : `\n${checkTable(matches, block, result, out)}`;
      out.write(`${facts}\n${table}\n`);
      if (rehearsed.outcome === 'recorded') addFacts(known, block);
    }
    before.add(article);
  }
  return isAccepted;
}

type KnownFacts = Map<string, KnownFact>;

const nothingDone: IngestResult = { effects: effectsByKind([]), flags: [], contests: [] };

/** Says that a file is a reading of the text that it was compared with. */
export function textLine({ file, sha256, paragraphs }: ArticleText): string {
  return plainText(`${file}: SHA-256 ${sha256}, ${counted(paragraphs.length, 'paragraph')}, as the file says`);
}

// Looks beyond every date: `occurredAsOf` in the year 9999.
async function factsOf(partnership: string, ledger: OpenLedger | null): Promise<readonly KnownFact[]> {
  const { cut } = ledger === null ? { cut: null } : await ledger.views.resolve({ occurredAsOf: '9999' });
  if (ledger === null || cut === null) return [];
  const view = await ledger.views.partnership(partnership, cut);
  return [...view.facts().facts, ...view.unsupported()].map(
    ({ key, status, evidence, occurrence, plannedFor, plan }) => ({
      key,
      status,
      occurred: occurrence?.date ?? null,
      planned: plannedFor?.basis === 'stated' ? { date: plannedFor, toldFrom: firstTold(plan) } : null,
      articles: [...new Set(evidence.map(({ report }) => report.metadata.article))],
    }),
  );
}

function firstTold({ current }: ViewFact['plan']): Day | null {
  const days = current?.evidence.map(({ published }) => published?.earliest ?? null) ?? [];
  return days.reduce((a, b) => (a === null || b === null ? null : a < b ? a : b), days[0] ?? null);
}

const outcomes = {
  recorded: 'sound',
  unchanged: 'sound, and already recorded: ingesting it would append nothing',
  refused: 'sound, but it would be refused',
} as const;

function checkTable(
  { joined, created }: FactMatches,
  reading: ReadingDraft,
  result: IngestResult,
  canvas: Canvas,
): string {
  const reported = new Set([...joined, ...created].map(({ key }) => key));
  const dropped = result.effects.superseded.filter((key) => !reported.has(key));
  return drawTable(
    {
      columns: [
        { head: 'It', least: 7, most: 9 },
        { head: 'Fact', least: 30, most: 90 },
        { head: 'Known', least: 12, most: 20 },
        { head: 'Articles', least: 8, most: 24 },
      ],
      rows: [
        ...joined
          .map((known) => [known, [distantDay(known, reading.reports), keptDay(known, reading)]] as const)
          .map(([{ key, status, articles }, doubts]) => [
            [{ text: 'joins', format: 'green' as const }, ...effectLines(key, result)],
            [
              { text: key },
              ...doubts.flatMap((text) => (text === null ? [] : [{ text, format: 'yellow' as const }])),
              ...resultLines(key, result),
            ],
            [{ text: status }],
            [{ text: articles.join(' '), format: 'dim' as const }],
          ]),
        ...created.map(({ key, near }) => [
          [{ text: 'creates', format: 'cyan' as const }],
          [
            { text: key },
            ...near.map((known) => ({ text: `near ${known}`, format: 'yellow' as const })),
            ...resultLines(key, result),
          ],
          [{ text: 'new' }],
          [],
        ]),
        ...dropped.map((key) => [[{ text: 'drops', format: 'yellow' as const }], [{ text: key }], [], []]),
      ],
    },
    canvas,
  );
}

// What a report does to a fact beside supporting it.
function effectLines(key: string, { effects }: IngestResult): readonly Line[] {
  return Object.entries(verbs).flatMap(([effect, verb]) =>
    effects[effect as keyof typeof verbs].includes(key) ? [{ text: verb, format: 'yellow' }] : [],
  );
}

const verbs = { advanced: 'advances', narrowed: 'narrows', contested: 'contests', corrected: 'corrects' } as const;

function resultLines(key: string, { contests, flags }: IngestResult): readonly Line[] {
  const values = contests.flatMap(({ fact, field, values: all }) =>
    fact === key ? all.map((value) => ({ field, ...value })) : [],
  );
  return [...contestLines({ alternatives: values }), ...flagLines(flags.filter(({ fact }) => fact === key))];
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

function addFacts(known: KnownFacts, { article, published, reports }: ReadingDraft): void {
  for (const { fact, date, modality } of reports) {
    const occurred = modality === 'happened' && date !== null ? uncertainDate(date) : null;
    const before = known.get(fact) ?? { key: fact, status: 'in these files', articles: [], occurred, planned: null };
    const toldFrom = published === null ? null : uncertainDate(published).earliest;
    const planned = modality === 'planned' && date !== null ? { date: uncertainDate(date), toldFrom } : before.planned;
    known.set(fact, { ...before, planned, articles: [...new Set([...before.articles, article])] });
  }
}

/** `check`: validates article files, and records nothing. */
export const checkCommand: Command = {
  name: 'check',
  usage: 'check <files…>',
  says: 'validate article files, and say what recording them would do',
  explains: `Records nothing. Reports every mistake at once, with file, line and column (exit code 2). If there is none, it says
what accounts for which paragraph, which facts the file would join and which it would create, which known facts are so
similar to a new one that one may be mistyped, which reports happened years from the fact that they join or plan without
a day what has one, what it would contest, with every value, and which rules it breaks. It
checks several files as if they were recorded one after another. Without a ledger every fact is new. "-" is standard
input.

With --text it compares each file with its text: SHA-256, count of paragraphs, every report beside the paragraphs that
it cites, and the paragraphs that are cited nowhere. Without a file, --text prints what the head of a new file says of
the text, and the number of each paragraph.`,
  options: [textOption, newPartnershipOption, withOption],
  run: check,
};
