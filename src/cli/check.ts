import type { SubjectRegistry } from '../articles/subjects.ts';
import type { ReadingDraft } from '../domain/reading.ts';
import { fileListProblems } from './article-files.ts';
import { checkedFiles, type SoundFile } from './checked-files.ts';
import type { Context, ExitCode } from './context.ts';
import { counted } from './counted.ts';
import { factMatches, type KnownFact } from './fact-matches.ts';
import { fail } from './fail.ts';
import { emptyLedger, type KnownLedger, knownLedger } from './known-ledger.ts';
import type { ParsedArguments } from './parse-arguments.ts';
import { plainText } from './plain-text.ts';
import { registeredSubjects } from './registered-subjects.ts';
import { rehearse } from './rehearse.ts';
import { checkTable, paragraphLines } from './tables/check-table.ts';

type KnownFacts = Map<string, KnownFact>;

function joinedBy(known: KnownFacts, { article, reports }: ReadingDraft): void {
  for (const { fact } of reports) {
    const before = known.get(fact) ?? { key: fact, status: 'in these files', articles: [] };
    known.set(fact, { ...before, articles: [...new Set([...before.articles, article])] });
  }
}

const outcomes = {
  recorded: 'sound',
  unchanged: 'sound, and recorded already: ingesting it would append nothing',
  refused: 'sound, but it would be refused',
} as const;

async function checkFiles(
  files: readonly SoundFile[],
  ledger: KnownLedger,
  subjects: SubjectRegistry,
  { out, messages }: Context,
): Promise<ExitCode> {
  const isRegistered = (kind: string, subject: string) => subjects.known(kind).some(({ slug }) => slug === subject);
  const ofPartnerships = new Map<string, KnownFacts>();
  const before: ReadingDraft[] = [];
  let refused = false;
  for (const { file, reading } of files) {
    const { partnership, article, revision, reports } = reading;
    const known: KnownFacts =
      ofPartnerships.get(partnership) ?? new Map((await ledger.factsOf(partnership)).map((fact) => [fact.key, fact]));
    ofPartnerships.set(partnership, known);
    const rehearsed = await rehearse(reading, before, ledger);
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
    before.push(reading);
    if (rehearsed.outcome === 'recorded') joinedBy(known, reading);
  }
  return refused ? 2 : 0;
}

/** Checks article files, and says what recording them would do. Records nothing. */
export async function check(given: ParsedArguments, context: Context): Promise<ExitCode> {
  const problems = [...given.problems, ...fileListProblems(given.positionals)];
  if (problems.length > 0) return fail(problems, 'check', context);
  const folders = context.folders();
  const subjects = await registeredSubjects(folders, context);
  const files = await checkedFiles(given.positionals, subjects, context);
  if (files === null) return 2;
  const ledger = await context.openExistingLedger(folders);
  try {
    return await checkFiles(files, ledger === null ? emptyLedger : knownLedger(ledger), subjects, context);
  } finally {
    await ledger?.close();
  }
}
