import { readFile } from 'node:fs/promises';
import { type References, readReferences } from '../articles/seeds.ts';
import { formatProblems } from '../articles/source.ts';
import { type ReadingDraft, readingsByPartnership } from '../domain/decisions/reading.ts';
import { ownWriters, partnershipStream } from '../domain/vocabulary/events.ts';
import { TooLarge } from '../event-store/event-store.ts';
import { effectsByKind, effectsOf } from '../projections/effects.ts';
import type { Histories } from '../projections/live/histories.ts';
import type { IngestResult } from '../projections/live/ingest-result.ts';
import type { LedgerViews } from '../projections/live/views.ts';
import {
  type AppendedPart,
  type ArticleWriter,
  appendArticle,
  type Recorder,
  recordArticle,
  recordReferences,
} from '../recording/record-article.ts';
import { startRehearsal } from '../recording/rehearse-article.ts';
import { reasonOf } from '../system-errors.ts';
import { checkedFiles, fileListProblems, readTexts, type SoundFile } from './article-files.ts';
import { rehearseFiles, textLine } from './check.ts';
import {
  type Command,
  fail,
  newPartnershipOption,
  type Option,
  type ParsedArguments,
  remedyOf,
  textOption,
  warnOfClock,
} from './command.ts';
import type { Context, ExitCode, OpenLedger } from './context.ts';
import { type Canvas, counted, drawTable, type Line, line, plainLines, plainText, progressBar } from './print.ts';
import { type Reply, type Server, serverOf, urlOption } from './server.ts';
import { evidenceTable } from './tables/evidence.ts';
import { flagMark } from './words.ts';

/** Checks article files and, if none has a mistake, records them in the given order. */
async function ingest(args: ParsedArguments, context: Context): Promise<ExitCode> {
  const textFiles = args.options.get(textOption.name) ?? [];
  const { texts, problems: unreadable } = await readTexts(textFiles, args.positionals.length);
  const problems = [...args.problems, ...fileListProblems(args.positionals), ...unreadable];
  const { server, problems: serverProblems } = serverOf(args, context);
  const mistaken = server !== null && textFiles.length > 0 ? ['--text compares files here: leave out --url'] : [];
  const all = [...problems, ...serverProblems, ...mistaken];
  if (all.length > 0) return fail(all, 'ingest', context);
  if (server !== null) return await sendAll(server, args, context);
  const folders = context.folders();
  const references = await readReferences(folders.seedsDir);
  let ledger = await context.openExistingLedger(folders);
  try {
    const options = { texts, recorder: ledger?.recorder ?? null };
    const files = await checkedFiles(args.positionals, references.subjects, context, options);
    if (references.problems.length > 0) context.messages.write(`${plainLines(formatProblems(references.problems))}\n`);
    if (files === null || references.problems.length > 0) {
      context.messages.write('Nothing was recorded.\n');
      return 2;
    }
    if (args.options.has(dryRunOption.name)) return await rehearse(files, args, ledger, references, context);
    ledger ??= await context.openLedger(folders);
    await warnOfClock(ledger, context);
    await recordGames(references, ledger, context);
    const writer = { recordedBy: ownWriters.cli, isNewPartnership: args.options.has(newPartnershipOption.name) };
    showEvidence(files, context);
    const done = await recordAll(files, writer, ledger, context);
    if (done.length < files.length) return 130;
    return done.some(({ outcome }) => outcome === 'refused') ? 1 : 0;
  } finally {
    await ledger?.close();
  }
}

// A server checks and records. A mistake in any file means that none is sent.
async function sendAll(server: Server, args: ParsedArguments, context: Context): Promise<ExitCode> {
  const files = await Promise.all(args.positionals.map(async (name) => await readToSend(name, context)));
  const parameters = args.options.has(newPartnershipOption.name) ? { newPartnership: 'true' } : {};
  const send = async (text: string, isDryRun: boolean) =>
    await server.post('/api/articles', isDryRun ? { ...parameters, dryRun: 'true' } : parameters, {
      text,
      type: 'application/yaml',
    });
  const tried: Reply[] = [];
  for (const { text, unread } of files) tried.push(unread ?? (await send(text, true)));
  const mistakes = files.flatMap(({ name }, i) => {
    const reply = tried[i] as Reply;
    const stops = reply.answer === null && (reply.type === null || stopping.has(reply.type));
    return stops ? reply.problems.map((problem) => `${name}: ${problem}`) : [];
  });
  if (mistakes.length > 0) {
    context.messages.write(`${plainLines(mistakes.join('\n'))}\nNothing was recorded.\n`);
    return 2;
  }
  const isDryRun = args.options.has(dryRunOption.name);
  const sent: Sent[] = [];
  for (const [i, { name, text }] of files.entries()) {
    sent.push({ name, reply: isDryRun ? (tried[i] as Reply) : await send(text, false) });
  }
  context.out.write(sentTable(sent, context.out));
  if (isDryRun) context.messages.write('A dry run: nothing was recorded.\n');
  return sent.every(({ reply }) => reply.answer !== null) ? 0 : 1;
}

type Refused = Extract<Reply, { answer: null }>;

// What no order of the files and no other option would mend.
const stopping: ReadonlySet<string> = new Set([
  '/problems/invalid-article',
  '/problems/token-wrong',
  '/problems/role-insufficient',
  '/problems/too-many-guesses',
]);

type Sent = { readonly name: string; readonly reply: Reply };

async function readToSend(name: string, { readStdin }: Context): Promise<ToSend> {
  try {
    return { name, text: name === '-' ? await readStdin() : await readFile(name, 'utf8'), unread: null };
  } catch (error) {
    return { name, text: '', unread: { status: 0, answer: null, problems: [reasonOf(error)], type: null } };
  }
}

type ToSend = { readonly name: string; readonly text: string; readonly unread: Refused | null };

function sentTable(sent: readonly Sent[], canvas: Canvas): string {
  return drawTable(
    {
      columns: [
        { head: 'Article', least: 7, most: 30 },
        { head: 'Outcome', least: 9, most: 9 },
        { head: 'Facts', least: 30, most: 90 },
      ],
      rows: sent.map(({ name, reply }) => {
        const { status, answer } = reply;
        if (answer === null) {
          const remedy = remedyOf(reply.type?.replace('/problems/', '') ?? '');
          const says = reply.problems.map((problem) => line(`${problem}${remedy}`));
          return [[{ text: name }], [{ text: 'refused', format: 'red' }], says];
        }
        const { article, revision, effects, flags } = answer as unknown as SentAnswer;
        const outcome = status === 201 ? 'recorded' : answer['dryRun'] === true ? 'sound' : 'unchanged';
        return [
          [{ text: revision === 1 ? article : `${article}/r${revision}` }],
          [{ text: outcome, format: outcome === 'unchanged' ? 'dim' : 'green' }],
          [{ text: effectCounts({ effects }) }, ...flagLines({ flags })],
        ];
      }),
    },
    canvas,
  );
}

type SentAnswer = Pick<IngestResult, 'effects' | 'flags'> & { readonly article: string; readonly revision: number };

async function rehearse(
  files: readonly SoundFile[],
  args: ParsedArguments,
  ledger: OpenLedger | null,
  { subjects }: References,
  context: Context,
): Promise<ExitCode> {
  const rehearsed = { ledger, rehearsal: startRehearsal(ledger) };
  const isAccepted = await rehearseFiles(files, args, rehearsed, subjects, context);
  context.messages.write('A dry run: nothing was recorded.\n');
  return isAccepted ? 0 : 1;
}

const dryRunOption: Option = {
  name: 'dryRun',
  value: null,
  says: 'record nothing, and say what would be recorded, joined, contested and flagged',
};

function showEvidence(files: readonly SoundFile[], { out }: Context): void {
  for (const { reading, text } of files) {
    if (text !== null) out.write(`${textLine(text)}\n\n${evidenceTable(reading, text.paragraphs, out)}\n`);
  }
}

// As a server does at its start: without references no Games would have a date, so nothing would be closed or silent.
async function recordGames({ games }: References, { recorder, views }: OpenLedger, context: Context): Promise<void> {
  const { messages, folders } = context;
  const events = await recordReferences(games, ownWriters.seeds, recorder.store);
  if (events > 0) messages.write(`references on Games: ${counted(events, 'event')} recorded\n`);
  const { cut } = await views.resolve({});
  if (cut !== null && (await views.games(cut)).length > 0) return;
  const warning = `no Games have dates: ${plainText(folders().seedsDir)} (SEEDS_DIR) has no reference/games.yaml`;
  messages.write(`${messages.paint('yellow', 'warning:')} ${warning}\n`);
}

async function recordAll(
  files: readonly SoundFile[],
  writer: ArticleWriter,
  ledger: OpenLedger,
  context: Context,
): Promise<readonly IngestedFile[]> {
  const { messages, out } = context;
  const stop = context.listenForStop();
  const withEffects = files.length <= maxSingleEffects;
  const done: IngestedFile[] = [];
  const bar = progressBar(messages);
  try {
    const readings = files.map(({ reading }) => reading);
    for await (const ingested of ingestArticles(readings, writer, ledger, withEffects)) {
      done.push({ ...ingested, warnings: files[done.length]?.warnings.length ?? 0 });
      const doing = `${ingested.article} ${ingested.outcome}`;
      bar.show({ done: done.length, total: files.length, doing: `recording ${doing}` });
      if (!messages.isTerminal) bar.say(`recording ${done.length}/${files.length} ${plainText(doing)}`);
      if (stop.aborted) break;
    }
    bar.erase();
    explainRefusals(done, context);
    out.write(ingestSummary(done, withEffects ? [] : await batchResults(done, ledger), files.length, context));
    return done;
  } catch (error) {
    // The store failed. What was recorded before stays recorded, so say what that is.
    bar.erase();
    out.write(ingestSummary(done, [], files.length, context));
    throw error;
  }
}

/** `warnings` is their number. */
type IngestedFile = Ingested & { readonly warnings: number };

type Ingested = { readonly article: string; readonly revision: number; readonly partnership: string } & (
  | RecordedArticle
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'refused'; readonly rule: string; readonly message: string }
);

type RecordedArticle = {
  readonly outcome: 'recorded';
  /** What was appended to the stream of each of its partnerships. */
  readonly parts: readonly AppendedPart[];
  readonly events: number;
  /** How many facts it reports, and how many of them are new to the ledger. */
  readonly facts: number;
  readonly newFacts: number;
  /** Null in a large batch, whose effects are computed for all its articles together. */
  readonly result: IngestResult | null;
};

/** Beyond so many articles, effects are computed for all of them together. */
const maxSingleEffects = 100;

/**
 * Records articles one after another and yields the outcome of each. Refuses one that is too large for the store. To find
 * the effects of an article it reads every report of its facts; without effects the cost of an article stays the same,
 * however much is recorded.
 */
async function* ingestArticles(
  readings: readonly ReadingDraft[],
  writer: ArticleWriter,
  target: Target,
  withEffects: boolean,
): AsyncGenerator<Ingested> {
  const factsOf: FactsByPartnership = new Map();

  const record = async (reading: ReadingDraft): Promise<Ingested> => {
    const { article, revision, partnership } = reading;
    const head = { article, revision, partnership };
    const blocks = readingsByPartnership(reading);
    const before = await Promise.all(blocks.map(async (block) => await loadFacts(block.partnership, factsOf, target)));
    const recorded = withEffects
      ? await recordArticle(reading, writer, target)
      : { ...(await appendArticle(reading, writer, target.recorder)), result: null };
    if (recorded.outcome === 'unchanged') return { ...head, outcome: 'unchanged' };
    if (recorded.outcome === 'refused') {
      const { rule, message } = recorded.rejection;
      return { ...head, outcome: 'refused', rule, message: `${message}${remedyOf(rule)}` };
    }
    const { events, parts, result } = recorded;
    let [facts, newFacts] = [0, 0];
    for (const [i, { reports }] of blocks.entries()) {
      const [told, known] = [new Set(reports.map(({ fact }) => fact)), before[i] as Set<string>];
      facts += told.size;
      newFacts += told.difference(known).size;
      for (const fact of told) known.add(fact);
    }
    return { ...head, outcome: 'recorded', parts, events, facts, newFacts, result };
  };

  for (const reading of readings) {
    try {
      yield await record(reading);
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      const { article, revision, partnership } = reading;
      yield { article, revision, partnership, outcome: 'refused', rule: 'too-large', message: error.message };
    }
  }
}

type Target = { readonly recorder: Recorder; readonly histories: Histories; readonly views: LedgerViews };

/** The facts that the ledger holds, kept during a batch. */
type FactsByPartnership = Map<string, Set<string>>;

async function loadFacts(
  partnership: string,
  factsOf: FactsByPartnership,
  { histories }: Target,
): Promise<Set<string>> {
  const facts =
    factsOf.get(partnership) ?? new Set((await histories.of(partnershipStream(partnership))).relevant.facts());
  factsOf.set(partnership, facts);
  return facts;
}

function explainRefusals(done: readonly IngestedFile[], { messages }: Pick<Context, 'messages'>): void {
  for (const file of done) {
    if (file.outcome !== 'refused') continue;
    messages.write(`${messages.paint('red', 'refused:')} ${plainText(`${file.article}: ${file.message}`)}\n`);
  }
}

// `total` is the number of articles; those after `done` were not reached.
function ingestSummary(
  done: readonly IngestedFile[],
  batches: readonly BatchResult[],
  total: number,
  { out }: Pick<Context, 'out'>,
): string {
  const count = (outcome: IngestedFile['outcome']) => done.filter((file) => file.outcome === outcome).length;
  const events = done.reduce((sum, file) => sum + (file.outcome === 'recorded' ? file.events : 0), 0);
  const left = total - done.length;
  const counts = [
    `${count('recorded')} recorded (${counted(events, 'event')})`,
    `${count('unchanged')} unchanged`,
    `${count('refused')} refused`,
    ...(left === 0 ? [] : [`${left} not reached`]),
  ];
  const tables = [
    ...(done.length === 0 ? [] : [ingestTable(done, out)]),
    ...(batches.length === 0 ? [] : [batchTable(batches, out)]),
  ];
  const summary = `${counted(total, 'article')}: ${counts.join(', ')}`;
  return [...tables, `${out.paint('bold', summary)}\n`].join('\n');
}

/** What a batch did to one partnership. */
type BatchResult = Omit<IngestResult, 'contests'> & { readonly partnership: string; readonly articles: number };

function ingestTable(files: readonly IngestedFile[], canvas: Canvas): string {
  return drawTable(
    {
      columns: [
        { head: 'Article', least: 7, most: 30 },
        { head: 'Outcome', least: 9, most: 9 },
        { head: 'Events', least: 6, most: 9 },
        { head: 'Facts', least: 30, most: 90 },
      ],
      rows: files.map((file) => [
        [{ text: file.revision === 1 ? file.article : `${file.article}/r${file.revision}` }],
        [{ text: file.outcome, format: outcomes[file.outcome] }],
        [{ text: file.outcome === 'recorded' ? String(file.events) : '' }],
        [...resultLines(file), ...warningLine(file)],
      ]),
    },
    canvas,
  );
}

const outcomes = { recorded: 'green', unchanged: 'dim', refused: 'red' } as const;

function resultLines(file: IngestedFile): readonly Line[] {
  if (file.outcome === 'unchanged') return [{ text: 'already recorded with the same content' }];
  if (file.outcome === 'refused') return [{ text: `not recorded: ${file.rule}` }];
  const { result, facts, newFacts } = file;
  return result === null
    ? [{ text: `${facts} reported, ${newFacts} new` }]
    : [{ text: effectCounts(result) }, ...flagLines(result)];
}

function effectCounts({ effects }: Pick<IngestResult, 'effects'>): string {
  return Object.entries(effects)
    .filter(([, facts]) => facts.length > 0)
    .map(([effect, facts]) => `${facts.length} ${effect}`)
    .join(', ');
}

function flagLines({ flags }: Pick<IngestResult, 'flags'>): readonly Line[] {
  return flags.map(({ fact, rule, detail }) => ({ text: `${flagMark} ${rule}: ${detail} (${fact})`, format: 'red' }));
}

function warningLine({ warnings }: IngestedFile): readonly Line[] {
  return warnings === 0 ? [] : [{ text: counted(warnings, 'warning'), format: 'yellow' }];
}

function batchTable(results: readonly BatchResult[], canvas: Canvas): string {
  return drawTable(
    {
      columns: [
        { head: 'Partnership', least: 12, most: 40 },
        { head: 'Articles', least: 8, most: 9 },
        { head: 'Facts', least: 30, most: 90 },
      ],
      rows: results.map((result) => [
        [{ text: result.partnership }],
        [{ text: String(result.articles) }],
        [{ text: effectCounts(result) }, ...flagLines(result)],
      ]),
    },
    canvas,
  );
}

async function batchResults(done: readonly IngestedFile[], ledger: OpenLedger): Promise<readonly BatchResult[]> {
  const recorded = done.filter((file): file is IngestedFile & RecordedArticle => file.outcome === 'recorded');
  const byPartnership = Map.groupBy(
    recorded.flatMap(({ parts }) => parts),
    ({ partnership }) => partnership,
  );
  const results: BatchResult[] = [];
  for (const [partnership, parts] of byPartnership) results.push(await batchResult(partnership, parts, ledger));
  return results;
}

// The joint effects of a batch's articles on a partnership, and the rules that their facts break.
async function batchResult(
  partnership: string,
  recorded: readonly AppendedPart[],
  { histories, views }: Pick<OpenLedger, 'histories' | 'views'>,
): Promise<BatchResult> {
  const { events, relevant } = await histories.refreshed(partnershipStream(partnership));
  const positions = new Set(
    recorded.flatMap(({ appended, events: count }) =>
      Array.from({ length: count }, (_, index) => appended.position - index),
    ),
  );
  const batch = events.filter(({ position }) => positions.has(position));
  const effects = effectsOf(batch, relevant).byFact;
  const { cut } = await views.resolve({});
  const facts = cut === null ? [] : (await views.partnership(partnership, cut)).facts().facts;
  return {
    partnership,
    articles: recorded.length,
    effects: effectsByKind([...effects].map(([fact, names]) => ({ fact, effects: [...names] }))),
    flags: facts.flatMap(({ key, flags }) => (effects.has(key) ? flags.map((flag) => ({ fact: key, ...flag })) : [])),
  };
}

/** `ingest`: records article files. */
export const ingestCommand: Command = {
  name: 'ingest',
  usage: 'ingest <files…>',
  says: 'check article files and record them',
  explains: `It checks all files first; a mistake in any of them means that nothing is recorded (exit code 2). Then it records
them in the given order, on which the audit trail depends, but no view does. "-" is standard input. A file that is
recorded already appends nothing. A file that was changed under the same revision is refused (exit code 1); the
others are recorded. A file on a partnership about which nothing is recorded is refused too, unless it is the first of
the ledger or --new-partnership says that it is new: the ledger forgets nothing, so a mistyped id would stay.

The summary counts the facts that each article entered, corroborated, advanced, narrowed or contested, or beyond 100
articles those of all together. What the references in SEEDS_DIR say of Games is recorded first, as a server does at its
start, unless it is recorded already.

With --text it compares each file with its text first, and prints every report beside the paragraphs that it cites. With
--dry-run it records nothing and says what it would do, as "check" does.

A server on the same DATA_DIR may keep running: it shows at once what is recorded. Ctrl-C stops after the article at
hand; what is recorded stays recorded, and the same command again records the rest.

With --url the files go to a server, which checks and records them under the name of the token in LEDGER_TOKEN.`,
  options: [textOption, dryRunOption, newPartnershipOption, urlOption],
  run: ingest,
};
