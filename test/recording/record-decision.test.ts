import t from 'tap';
import { evolve, nothingRecorded, type PartnershipState } from '../../src/domain/decisions/decide.ts';
import { versionsOf } from '../../src/domain/facts/facts-at.ts';
import { partnershipStream } from '../../src/domain/vocabulary/events.ts';
import { type NewEvent, StoreUnavailable, WrongExpectedRevision } from '../../src/event-store/event-store.ts';
import { relevantHistory } from '../../src/projections/relevant-history.ts';
import { appendDecision, type DecisionRecorder, type DecisionRequest } from '../../src/recording/record-decision.ts';
import { atOnce } from '../../src/recording/turns.ts';
import { noContext } from '../support/decided.ts';
import { acme, article, happened, recorded, recordedArticles } from '../support/given.ts';

const signed = `partnership/${acme}/signed`;
const stream = partnershipStream(acme);
const told = [
  article('a', '2018', [
    happened('PartnershipSigned', '2017', { fields: { place: 'Davoss' } }),
    happened('PartnershipAnnounced', '2017'),
  ]),
];

/** A ledger in memory. `meanwhile` hooks into its first append and its first answer. */
const ledger = (meanwhile: { readonly append?: () => void; readonly answer?: () => void } = {}) => {
  let state: PartnershipState = recordedArticles(...told).reduce(evolve, nothingRecorded(acme));
  const revision = (): number => (state.history.at(-1)?.position ?? 0) - 1;
  const add = (events: readonly NewEvent[]): void => {
    state = recorded(stream, events, revision() + 1).reduce(evolve, state);
  };
  let { append, answer } = meanwhile;
  let appends = 0;
  const recorder: DecisionRecorder = {
    rules: async () => noContext,
    inTurn: atOnce,
    read: async () => ({
      events: state.history,
      relevant: relevantHistory(state.history),
      revision: revision(),
    }),
    store: {
      append: async (_stream, expected, events) => {
        appends += 1;
        const before = append;
        append = undefined;
        before?.();
        // As both stores do: known ids at the same expected revision are a retry, whatever they hold.
        const retried = state.history.findIndex(({ id }) => id === events[0]?.id);
        if (retried < 0 && expected !== revision()) throw new WrongExpectedRevision(stream, expected, revision());
        if (retried < 0) add(events);
        const after = answer;
        answer = undefined;
        after?.();
        return { revision: revision(), position: revision() + 1, recordedAt: '' };
      },
    },
  };
  return {
    recorder,
    add,
    appends: () => appends,
    version: () => versionsOf(state.history).get(signed) ?? 0,
    decisions: () => state.history.filter(({ kind }) => kind === 'decision'),
  };
};

const correction = (place: string, version: number, { key = '1', request = place } = {}): DecisionRequest => ({
  partnership: acme,
  command: {
    type: 'CorrectFact',
    fact: signed,
    reports: [],
    field: 'place',
    value: place,
    basis: 'misread',
    reference: null,
    actor: 'anna',
    reason: 'misspelt',
    key,
    request,
  },
  seen: [{ what: 'fact', id: signed, version, from: 'if-match' }],
});

const later = (fact: 'PartnershipSigned' | 'PartnershipAnnounced'): readonly NewEvent[] =>
  recordedArticles(article('later', '2018', [happened(fact, '2017')]));

t.test('a repeated request gets the answer that was lost', async (t) => {
  const lose = (): never => {
    throw new StoreUnavailable('gone before it answered');
  };
  const { recorder, version, decisions, add } = ledger({ answer: lose });
  const request = correction('Davos', version());
  await t.rejects(appendDecision(request, recorder), StoreUnavailable);
  add(later('PartnershipSigned'));
  t.match(await appendDecision(request, recorder), { outcome: 'repeated', event: { decision: { value: 'Davos' } } });
  t.equal(decisions().length, 1);
});

t.test('a decision is stale when another writer decides on the same fact first', async (t) => {
  const { recorder, version, decisions, add, appends } = ledger({ append: () => add(later('PartnershipSigned')) });
  const decided = await appendDecision(correction('Davos', version()), recorder);
  t.match(decided, { outcome: 'stale', stale: { version: 4, since: [{ kind: 'report', position: 4 }] } });
  t.equal(decisions().length, 0);
  t.equal(appends(), 1);
});

t.test('a decision is retried when another writer decides on another fact first', async (t) => {
  const { recorder, version, decisions, add, appends } = ledger({ append: () => add(later('PartnershipAnnounced')) });
  t.match(await appendDecision(correction('Davos', version()), recorder), { outcome: 'recorded' });
  t.equal(decisions().length, 1);
  t.equal(appends(), 2);
});

t.test('another decision under a used key is refused although the store takes it for a retry', async (t) => {
  const first = ledger();
  const seen = first.version();
  let stolen: readonly NewEvent[] = [];
  await appendDecision(correction('Zug', seen), {
    ...first.recorder,
    store: {
      append: async (...appended) => {
        [, , stolen] = appended;
        return await first.recorder.store.append(...appended);
      },
    },
  });
  const { recorder, decisions, add } = ledger({ append: () => add(stolen) });
  t.match(await appendDecision(correction('Davos', seen), recorder), {
    outcome: 'refused',
    rejection: { rule: 'key-taken' },
  });
  t.match(decisions(), [{ decision: { value: 'Zug' } }]);
});

t.test('a decision on an unknown or merged fact is refused, whatever version its steward saw', async (t) => {
  const { recorder } = ledger();
  const other = correction('Davos', 99);
  const command = { ...other.command, fact: 'partnership/acme.federation/renewed' };
  const seen = other.seen.map((one) => ({ ...one, id: 'partnership/acme.federation/renewed' }));
  const decided = await appendDecision({ ...other, command, seen }, recorder);
  t.match(decided, { outcome: 'refused', rejection: { rule: 'unknown-fact' } });
});
