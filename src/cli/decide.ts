import { randomUUID } from 'node:crypto';
import type * as z from 'zod';
import {
  articleRetraction,
  correction,
  type DecisionForm,
  type Grounds,
  merge,
  resolution,
  retraction,
  separation,
} from '../domain/decisions/decision-forms.ts';
import type { StewardCommand } from '../domain/decisions/steward.ts';
import { versionIn, versionOfArticle, versionsOf } from '../domain/facts/facts-at.ts';
import { ownWriters, partnershipStream } from '../domain/vocabulary/events.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';
import type { ChangeShape, IngestResult } from '../projections/live/ingest-result.ts';
import {
  onEachPartnership,
  type RecordedDecision,
  type RehearsedDecision,
  recordDecision,
  rehearseDecision,
} from '../recording/record-decision.ts';
import { type Command, choosePartnership, fail, flagOf, nothingYet, type ParsedArguments } from './command.ts';
import type { Context, ExitCode, OpenLedger } from './context.ts';
import { type Canvas, plainLines, plainText, wrap } from './print.ts';
import { registeredSubjects } from './registered-subjects.ts';
import { partnershipOn, type Server, serverOf, urlOption } from './server.ts';
import { answerText, dateText, flagMark } from './words.ts';

/** Decides as a steward: shows what would come of it, asks, and records it. */
async function decide(args: ParsedArguments, context: Context): Promise<ExitCode> {
  const { decision, problems } = readDecision(args);
  const { server, problems: serverProblems } = serverOf(args, context);
  const all = [...args.problems, ...problems, ...serverProblems];
  if (decision === null || all.length > 0) return fail(all, 'decide', context);
  if (server !== null) return await decideOn(server, decision, args, context);
  const folders = context.folders();
  const ledger = await context.openExistingLedger(folders);
  try {
    if (ledger === null) return nothingYet(context);
    return await decideHere(decision, ledger, args, context);
  } finally {
    await ledger?.close();
  }
}

type Decision = {
  readonly kind: Kind;
  /** The key of the fact, or the id of the article, that is judged. */
  readonly id: string;
  readonly body: Readonly<Record<string, unknown>>;
};

/** A kind of decision: its form, where REST takes it, and the options that fill it. */
type Kind = {
  readonly form: Pick<DecisionForm<z.ZodObject>, 'body'> & {
    readonly toCommand: (body: never, grounds: Grounds, id: string) => StewardCommand;
  };
  readonly path: string;
  readonly options: readonly string[];
};

const valueOptions = ['field', 'value', 'basis', 'reports', 'reference', 'published'] as const;

const kinds: Readonly<Record<string, Kind>> = {
  correct: { form: correction, path: 'corrections', options: valueOptions },
  resolve: { form: resolution, path: 'resolutions', options: valueOptions },
  retract: { form: retraction, path: 'retractions', options: ['reports', 'withdrawnOn'] },
  merge: { form: merge, path: 'merges', options: ['from'] },
  undo: { form: separation, path: 'separations', options: ['from'] },
};

const kindNames = Object.keys(kinds);

// What `retract` does if it names an article.
const ofArticle: Kind = { form: articleRetraction, path: 'retraction', options: ['revision', 'withdrawnOn'] };

function readDecision({ positionals, options }: ParsedArguments): Read {
  const [name, id = '', ...surplus] = positionals;
  const named = name !== undefined && Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (named === undefined) {
    if (name === undefined) return { decision: null, problems: [`say what to decide: ${kindNames.join(', ')}`] };
    const [near] = nearest(name, kindNames, { limit: 1 });
    const instead = near === undefined ? `there are ${kindNames.join(', ')}` : `did you mean ${near}?`;
    return { decision: null, problems: [`${plainText(name)} is no decision; ${instead}`] };
  }
  const isArticle = name === 'retract' && id !== '' && !id.includes('/');
  const kind = isArticle ? ofArticle : named;
  const text = (option: string) => options.get(option)?.at(-1);
  const [title, published] = [text('reference'), text('published')];
  const values: Readonly<Record<string, unknown>> = {
    field: text('field'),
    value: writtenValue(text('value')),
    basis: text('basis'),
    reports: options.get('reports')?.flatMap((list) => list.split(',')),
    reference: title === undefined && published === undefined ? undefined : { title, published },
    withdrawnOn: text('withdrawnOn'),
    from: text('from'),
    revision: text('revision') === undefined ? undefined : Number(text('revision')),
  };
  const asked = { ...(isArticle ? {} : { fact: id }), reason: text('reason'), ...pick(values, kind.options) };
  const body = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const foreign = [...options.keys()].filter((option) => ownOptions.has(option) && !kind.options.includes(option));
  const { error } = kind.form.body.safeParse(body);
  const problems = [
    ...(id === '' ? ['name a fact by its key, or for retract an article by its id'] : []),
    ...(surplus.length > 0 ? [`unexpected argument "${plainText(surplus.join(' '))}"`] : []),
    ...foreign.map((option) => `"decide ${name}" takes no ${flagOf(option)}`),
    ...(id === '' ? [] : (error?.issues ?? []).map((issue) => issueText(issue, body))),
  ];
  return { decision: { kind, id, body }, problems };
}

type Read = { readonly decision: Decision | null; readonly problems: readonly string[] };

const ownOptions: ReadonlySet<string> = new Set([...valueOptions, 'withdrawnOn', 'from', 'revision']);

// A number, true, a list or a whole value is written as JSON; anything else is a text.
function writtenValue(text: string | undefined): unknown {
  if (text === undefined || !/^(?:-?\d|true$|false$|[[{"])/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function pick(values: Readonly<Record<string, unknown>>, names: readonly string[]) {
  // The day of a reference belongs to it.
  return Object.fromEntries(names.filter((name) => name !== 'published').map((name) => [name, values[name]]));
}

function issueText({ path, message }: z.core.$ZodIssue, body: Decision['body']): string {
  const [name = ''] = path.map(String);
  const isMissing = body[name] === undefined;
  if (name === 'fact') return `${plainText(String(body[name]))}: ${message}`;
  return isMissing
    ? `${flagOf(name)} is missing`
    : `${flagOf(path.at(-1) === 'published' ? 'published' : name)}: ${message}`;
}

async function decideHere(
  { kind, id, body }: Decision,
  ledger: OpenLedger,
  args: ParsedArguments,
  context: Context,
): Promise<ExitCode> {
  const { views, recorder } = ledger;
  const { catalogue } = views;
  const isArticle = body['fact'] === undefined;
  const recorded = catalogue.partnerships((await views.head()).position);
  const partnerships = isArticle ? [...(catalogue.article(id)?.partnerships ?? [])] : [];
  if (isArticle && partnerships.length === 0)
    return fail([`no article ${plainText(id)} is recorded`], 'decide', context);
  if (!isArticle) {
    const subjects = await registeredSubjects(context.folders(), args, context);
    const choice = choosePartnership(args.options.get('partnership')?.at(-1), recorded, subjects);
    if (choice.id === null) return fail([choice.problem], 'decide', context);
    partnerships.push(choice.id);
  }
  const grounds = { actor: ownWriters.cli, key: randomUUID() };
  const command = kind.form.toCommand(kind.form.body.parse(body) as never, grounds, id);
  const histories = await Promise.all(
    partnerships.map(async (one) => (await recorder.read(partnershipStream(one))).events),
  );
  const versionOf = (key: string) =>
    Math.max(
      1,
      ...histories.map(
        (events) => (isArticle ? versionOfArticle(events, key) : versionIn(versionsOf(events), key)) ?? 1,
      ),
    );
  const seen = [{ what: isArticle ? 'article' : 'fact', id, version: versionOf(id), from: 'if-match' } as const];
  const asked = { command, seen };
  const carryOut = async (
    decideOne: typeof rehearseDecision | typeof recordDecision,
  ): Promise<RehearsedDecision | RecordedDecision> =>
    await onEachPartnership<RehearsedDecision | RecordedDecision>(decideOne, partnerships, asked, ledger);
  const preview = await carryOut(rehearseDecision);
  if (preview.outcome !== 'rehearsed') return refuse(preview, context);
  context.out.write(previewText({ ...preview.result, changes: preview.changes }, context.out));
  const stopped = await confirmOrStop(args, context);
  if (stopped !== null) return stopped;
  const done = await carryOut(recordDecision);
  if (!('event' in done)) return refuse(done, context);
  context.out.write(`Recorded as event ${done.event.position}.\n`);
  return 0;
}

function refuse(outcome: RehearsedDecision | RecordedDecision, context: Context): ExitCode {
  const text =
    outcome.outcome === 'refused'
      ? `${outcome.rejection.message}${outcome.rejection.suggestion === undefined ? '' : ` (did you mean ${outcome.rejection.suggestion}?)`}`
      : 'what you saw has changed since: look at it again';
  const { messages } = context;
  messages.write(`${messages.paint('red', 'refused:')} ${plainLines(text)}\n`);
  return 1;
}

// Decides on a server, which checks, previews and records.
async function decideOn(
  server: Server,
  { kind, id, body }: Decision,
  args: ParsedArguments,
  context: Context,
): Promise<ExitCode> {
  const isArticle = body['fact'] === undefined;
  const on = isArticle
    ? { id: null, problems: [] }
    : await partnershipOn(server, args.options.get('partnership')?.at(-1));
  if (on.problems.length > 0) return fail(on.problems, 'decide', context);
  const base = isArticle
    ? `/api/articles/${encodeURIComponent(id)}`
    : `/api/partnerships/${encodeURIComponent(on.id ?? '')}`;
  const read = await server.get(
    isArticle ? base : `${base}/facts/${id.split('/').map(encodeURIComponent).join('/')}`,
    {},
  );
  if (read.answer === null) return fail(read.problems, 'decide', context);
  const { version = 1 } = (read.answer[isArticle ? 'article' : 'entry'] ?? {}) as { readonly version?: number };
  const send = async (parameters: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>>) =>
    await server.post(`${base}/${kind.path}`, parameters, {
      text: JSON.stringify(body),
      type: 'application/json',
      headers: { 'if-match': `"${version}"`, ...headers },
    });
  const preview = await send({ dryRun: 'true' }, {});
  if (preview.answer === null) return fail(preview.problems, 'decide', context);
  context.out.write(previewText(preview.answer as unknown as Preview, context.out));
  const stopped = await confirmOrStop(args, context);
  if (stopped !== null) return stopped;
  const done = await send({}, { 'idempotency-key': randomUUID() });
  if (done.answer === null) return fail(done.problems, 'decide', context);
  context.out.write(`Recorded as event ${String(done.answer['position'])}.\n`);
  return 0;
}

type Preview = Pick<IngestResult, 'effects' | 'flags' | 'contests'> & { readonly changes: readonly ChangeShape[] };

// How the facts that the decision touches would look, what it changes in them, and what stays open.
function previewText({ effects, flags, contests, changes }: Preview, { width, paint }: Canvas): string {
  const told = Object.entries(effects).flatMap(([effect, facts]) =>
    facts.length === 0 ? [] : [`${facts.length} ${effect}`],
  );
  const lines = [
    paint('bold', `What would come of it: ${told.join(', ') || 'nothing'}`),
    ...changes.flatMap(({ fact, before, after }) => [
      `  ${fact}`,
      ...lookTexts(before, after).map((text) => `    ${text}`),
    ]),
    ...contests.map(({ fact, field }) => paint('yellow', `  ${fact}: reports still disagree on ${field}`)),
    ...flags.map(({ fact, rule, detail }) => paint('red', `  ${flagMark} ${rule}: ${detail} (${fact})`)),
  ];
  return `${lines.flatMap((line) => hanging(line, width)).join('\n')}\n`;
}

// A line too long for the terminal goes on below its first word.
function hanging(line: string, width: number): readonly string[] {
  const indent = /^ */.exec(line)?.[0] ?? '';
  if (line.length <= width) return [line];
  return wrap(line.trimStart(), width - indent.length - 2).map((part, i) => `${indent}${i === 0 ? '' : '  '}${part}`);
}

type Look = ChangeShape['before'];

function lookTexts(before: Look, after: Look): readonly string[] {
  if (after === null) return ['no report supports it any more'];
  const parts = (look: NonNullable<Look>): Readonly<Record<string, unknown>> => {
    const { data, occurred, planned, ...rest } = look;
    const dated = (edtf: string | null) => (edtf === null ? null : dateText({ edtf }));
    return { ...rest, occurred: dated(occurred), planned: dated(planned), ...data };
  };
  const [was, is] = [before === null ? {} : parts(before), parts(after)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((name) =>
    JSON.stringify(was[name]) === JSON.stringify(is[name])
      ? []
      : [`${name}: ${answerText(was[name])} → ${answerText(is[name])}`],
  );
}

// Null if the decision is to be recorded, else the exit code.
async function confirmOrStop({ options }: ParsedArguments, { messages, confirm }: Context): Promise<ExitCode | null> {
  const isOn = (name: string) => options.get(name)?.at(-1) === 'true';
  if (isOn('dryRun')) {
    messages.write('A dry run: nothing was recorded.\n');
    return 0;
  }
  if (isOn('yes')) return null;
  const answer = await confirm('Record it? The ledger forgets nothing. [y/N] ');
  if (answer === true) return null;
  const why = answer === null ? ': nobody can be asked; --yes records it' : '';
  messages.write(`Nothing was recorded${why}.\n`);
  return 1;
}

/** `decide`: a steward's decision. */
export const decideCommand: Command = {
  name: 'decide',
  usage: `decide <${kindNames.join('|')}> <fact>`,
  says: 'decide as a steward, after a preview: correct, resolve, retract, merge, undo a merge',
  explains: `  correct <fact>  --field, --value, --basis: what reports say of a field is wrong
  resolve <fact>  --field, --value, --basis: settle what reports disagree on
  retract <fact>  its reports count no more; with the id of an article, the article
  merge <fact>    --from <fact>: two keys name one fact; the first one remains
  undo <fact>     --from <fact>: what was merged stands apart again

A decision is an event: it says why (--reason), and nothing is overwritten. First it shows what would come of it, then
it asks; --yes records without asking, --dry-run never. A number, a list or true is written as JSON (--value 3,
--value '["a","b"]'). "show fact" has the fields and the ids of the reports. With --url a server records it, under the
name of the token in LEDGER_TOKEN.`,
  options: [
    { name: 'field', value: '<field>', says: 'a field of the fact, or date; of resolve also modality' },
    { name: 'value', value: '<value>', says: 'what is right' },
    { name: 'basis', value: 'misread|publisher-corrected|better-evidence', says: 'why it is right' },
    { name: 'reason', value: '<text>', says: 'why; everybody who reads the fact later reads this' },
    { name: 'reports', value: '<ids>', says: 'the reports that are judged (default: every report of the fact)' },
    { name: 'reference', value: '<title>', says: 'what shows it, for publisher-corrected and better-evidence' },
    { name: 'published', value: '<date>', says: 'when the reference was published' },
    { name: 'from', value: '<fact>', says: 'the fact that is merged, or stands apart again' },
    { name: 'withdrawnOn', value: '<date>', says: 'when the publisher withdrew what is retracted' },
    { name: 'revision', value: '<n>', says: 'of an article: the last revision that counts no more' },
    { name: 'partnership', value: '<id>', says: 'which one; it can be left out where only one is recorded' },
    { name: 'yes', value: null, says: 'record without asking' },
    { name: 'dryRun', value: null, says: 'only show what would come of it' },
    urlOption,
  ],
  words: kindNames,
  run: decide,
};
