import { daysBetween } from '../domain/uncertain-date.ts';
import { noticeOf } from '../projections/answers/cut-and-notice.ts';
import type { Context, ExitCode, OpenedLedger } from './context.ts';
import { fail } from './fail.ts';
import type { ParsedArguments } from './parse-arguments.ts';
import { plainText } from './plain-text.ts';
import { type Pace, type PlayedStep, play } from './play.ts';
import { registeredSubjects } from './registered-subjects.ts';
import { type PaceAsked, pauseBefore, readPace } from './replay-pace.ts';
import { readReplay } from './replay-request.ts';
import { type Replay, type ReplayStep, replaySteps } from './replay-steps.ts';
import { noticeText } from './tables/cut-line.ts';
import { replayStepText } from './tables/replay-step.ts';
import { wrap } from './wrap.ts';

type Drawing = Pick<Context, 'out'> & { readonly pace: PaceAsked; readonly nothing: () => Promise<string> };

async function* drawn(steps: AsyncIterable<ReplayStep>, { out, pace, nothing }: Drawing): AsyncGenerator<PlayedStep> {
  let number = 0;
  let before: string | null = null;
  for await (const step of steps) {
    number += 1;
    const days = before === null ? 0 : daysBetween(before, step.day);
    before = step.day;
    yield { text: replayStepText(step, number, out), pause: pauseBefore(pace, days) };
  }
  if (number === 0) yield { text: `${await nothing()}\n`, pause: 0 };
}

const questions: Readonly<Record<Replay['clock'], string>> = {
  occurred: 'what was true in the world',
  reported: 'what a reader could know',
  recorded: 'what this ledger held',
};

function titleOf({ clock, from, to }: Replay, partnership: string, name: string | null): string {
  const end = clock === 'recorded' ? `#${to.position}` : clock === 'occurred' ? to.occurredAsOf : to.reportedAsOf;
  const begin = from === null ? '' : ` from ${from}`;
  return `Replay of ${name ?? partnership} (${partnership})${begin} to ${end}: ${questions[clock]}`;
}

function paceOf(asked: PaceAsked, { out, terminal }: Context): Pace {
  if (!out.isTerminal) return { by: 'nothing' };
  return asked.by === 'key' ? { by: 'key', keyboard: terminal.keyboard() } : { by: 'time', wait: terminal.wait };
}

// What a reader of nothing could misread: that nothing was ever recorded, say.
async function whyNothing(
  { views }: OpenedLedger,
  partnership: string,
  { to }: Replay,
  width: number,
): Promise<string> {
  const firstRecordedAt = views.catalogue.partnership(partnership)?.firstRecordedAt ?? null;
  const notice = noticeOf({ view: await views.partnership(partnership, to), names: () => null, firstRecordedAt });
  return wrap(notice === undefined ? 'Nothing changes between these dates.' : noticeText(notice), width).join('\n');
}

async function playOn(
  ledger: OpenedLedger,
  { replay, partnership, pace: asked }: { replay: Replay; partnership: string; pace: PaceAsked },
  context: Context,
  names: Parameters<typeof replaySteps>[2],
): Promise<ExitCode> {
  const { out } = context;
  out.write(`${out.paint('bold', plainText(titleOf(replay, partnership, names('partnership', partnership))))}\n\n`);
  const steps = replaySteps(replay, (cut) => ledger.views.partnership(partnership, cut), names);
  const signal = context.listenForStop();
  const pace = paceOf(asked, context);
  try {
    const nothing = async (): Promise<string> => await whyNothing(ledger, partnership, replay, out.width);
    return await play(drawn(steps, { out, pace: asked, nothing }), { out, pace, signal });
  } finally {
    if (pace.by === 'key') pace.keyboard.close();
  }
}

function nothingYet({ messages, folders }: Context): ExitCode {
  messages.write(`Nothing is recorded in ${folders().dataDir} yet, so there is nothing to replay.\n`);
  return 1;
}

/** Plays the history of a partnership: step by step on a terminal, at once elsewhere. Makes nothing where there is no ledger. */
export async function replay(given: ParsedArguments, context: Context): Promise<ExitCode> {
  const folders = context.folders();
  const { pace, problems: ofPace } = readPace(given, context);
  const ledger = await context.openExistingLedger(folders);
  try {
    const subjects = await registeredSubjects(folders, context);
    const { replay: asked, partnership, problems } = await readReplay(given, ledger?.views ?? null, subjects);
    if (problems.length + ofPace.length > 0) return fail([...problems, ...ofPace], 'replay', context);
    if (ledger === null || asked === null || partnership === null) return nothingYet(context);
    return await playOn(ledger, { replay: asked, partnership, pace }, context, subjects.name);
  } finally {
    await ledger?.close();
  }
}
