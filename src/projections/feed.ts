import * as z from 'zod';
import { ingestsOf } from '../domain/facts/facts-at.ts';
import type { LedgerEvent } from '../domain/vocabulary/events.ts';
import type { SubjectNames } from '../domain/vocabulary/subjects.ts';
import { answerShape, cutOf, endAnswer, type Question, type SpanningQuestion } from './answer.ts';
import { type AuditEntry, type EffectsShape, effects, effectsByKind, effectsShape, typeOf } from './effects.ts';
import { latestOf, namesFor, type PartnershipView } from './partnership-view.ts';
import { partnershipDetail } from './partnerships.ts';
import { closingTypeShape } from './shapes.ts';
import { titleOf } from './titles.ts';

/** What was newly recorded, the newest first: an entry for each article that was read, and for each decision. */
export function feedAnswer(question: FeedQuestion, partnership: string | null): FeedAnswer {
  const { views, names } = question;
  const last = latestOf(views.map((view) => view.last));
  const recorded = views.flatMap((view) => entriesOf(view, namesFor(view, names)));
  const newest = recorded.toSorted((a, b) => b.position - a.position);
  const [view] = views;
  const name = partnership === null || view === undefined ? null : partnershipDetail(view, names).name;
  return {
    cut: cutOf(question.cut, last),
    partnership,
    name,
    total: newest.length,
    entries: newest.slice(0, mostEntries),
    ...endAnswer(question, last, views.length > 0),
  };
}

export type FeedAnswer = z.infer<typeof feedAnswerShape>;

type FeedQuestion = SpanningQuestion & Pick<Question, 'names'>;

// A reader asks every few hours; who needs all of it follows /api/changes.
const mostEntries = 50;

const feedEntryShape = z.object({
  id: z.string().describe('of the event that closes it; stable'),
  position: z.int(),
  recordedAt: z.string(),
  recordedBy: z.string(),
  partnership: z.string(),
  type: closingTypeShape,
  article: z.string().nullable(),
  revision: z.int().nullable(),
  title: z.string().nullable().describe('of the article'),
  publisher: z.string().nullable(),
  reason: z.string().nullable().describe('of a decision or a retraction'),
  effects: effectsShape.describe('the facts by what became of them'),
  titles: z.record(z.string(), z.string()).describe('of the facts'),
});

export type FeedEntry = z.infer<typeof feedEntryShape>;

export const feedAnswerShape = answerShape
  .extend({
    partnership: z.string().nullable().describe('null: the whole ledger'),
    name: z.string().nullable(),
    total: z.int().nonnegative(),
    entries: z.array(feedEntryShape).describe(`the newest ${mostEntries}`),
  })
  .describe('What was newly recorded: the articles that were read and the decisions, the newest first');

function entriesOf(view: PartnershipView, names: SubjectNames): readonly FeedEntry[] {
  const trail = new Map(view.audit().map((entry) => [entry.position, entry]));
  const titles = new Map(view.facts().facts.map((fact) => [fact.key, titleOf(fact, names)]));
  return ingestsOf(view.ground.history).flatMap((ingest): FeedEntry[] => {
    const shown = ingest.flatMap(({ position }) => trail.get(position) ?? []);
    const [closing, last] = [ingest.at(-1), shown.at(-1)];
    if (closing === undefined || last === undefined) return [];
    const touched = effectsOn(shown);
    const facts = new Set(effects.flatMap((effect) => touched[effect] ?? []));
    return [
      {
        id: closing.id,
        position: last.position,
        recordedAt: last.recordedAt,
        recordedBy: last.recordedBy,
        partnership: view.partnership,
        type: typeOf(closing),
        article: last.article,
        revision: last.revision,
        ...wordsOf(closing),
        effects: touched,
        titles: Object.fromEntries([...facts].map((fact) => [fact, titles.get(fact) ?? fact])),
      },
    ];
  });
}

function effectsOn(entries: readonly AuditEntry[]): EffectsShape {
  return effectsByKind(
    entries.flatMap(({ fact, effects: own, alsoTouched }) => (fact === null ? alsoTouched : [{ fact, effects: own }])),
  );
}

function wordsOf(event: LedgerEvent): Pick<FeedEntry, 'title' | 'publisher' | 'reason'> {
  if (event.kind === 'reading') {
    return { title: event.read.title, publisher: event.read.publisher, reason: event.read.because };
  }
  if (event.kind === 'retraction') return { title: null, publisher: null, reason: event.retracted.reason };
  return { title: null, publisher: null, reason: event.kind === 'decision' ? event.decision.reason : null };
}
