import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import fc from 'fast-check';
import t from 'tap';
import { appendAnswer } from '../../../src/event-store/eventstoredb/append-answer.ts';
import { appendRequest } from '../../../src/event-store/eventstoredb/append-request.ts';
import { NoMessage } from '../../../src/event-store/eventstoredb/message-fields.ts';
import { readAnswer } from '../../../src/event-store/eventstoredb/read-answer.ts';

// The adapter reads and writes its frequent messages by their fields. The client's generated classes say what is right.

const { ReadEvent, Checkpoint, CaughtUp, FellBehind, StreamNotFound, SubscriptionConfirmation } = streams.ReadResp;

const text = fc.string({ unit: 'grapheme' });
const bytes = fc.uint8Array({ maxLength: 300 });
const count = fc.oneof(fc.nat(300), fc.maxSafeNat());
const sent = fc.record({
  id: fc.uuid(),
  stream: text,
  revision: count,
  commit: count,
  created: count,
  type: text,
  data: bytes,
  metadata: bytes,
  others: fc.dictionary(
    text.filter((name) => name !== 'type' && name !== 'created'),
    text,
  ),
});
type Sent = typeof sent extends fc.Arbitrary<infer Value> ? Value : never;

const serialised = (message: { readonly serializeBinary: () => Uint8Array }): Buffer =>
  Buffer.from(message.serializeBinary());

const answerWith = ({ others, ...event }: Sent) => {
  const recorded = new ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(event.id))
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(event.stream)))
    .setStreamRevision(String(event.revision))
    .setPreparePosition(String(event.commit))
    .setCommitPosition(String(event.commit))
    .setData(event.data)
    .setCustomMetadata(event.metadata);
  const names = recorded.getMetadataMap();
  for (const [name, value] of Object.entries(others)) names.set(name, value);
  // Ticks of 100 ns: the part of a millisecond is cut off.
  names.set('type', event.type).set('created', `${event.created}9999`);
  return new streams.ReadResp().setEvent(new ReadEvent().setEvent(recorded).setCommitPosition(String(event.commit)));
};

t.test('an event is read as the generated class has it', async (t) => {
  fc.assert(
    fc.property(sent, (event) => {
      const answer = readAnswer(serialised(answerWith(event)));
      const { others: _, ...expected } = event;
      const found = answer.kind === 'event' ? answer.event : null;
      t.same(found && { ...found, data: [...found.data], metadata: [...found.metadata] }, {
        ...expected,
        data: [...expected.data],
        metadata: [...expected.metadata],
      });
    }),
  );
});

t.test('what a later version adds is passed over', async (t) => {
  // Fields 100 to 103 of each kind that there is: a varint, eight bytes, a text, four bytes.
  const added = Buffer.from('a00607a9060102030405060708b2060161bd0601020304', 'hex');
  const event = new ReadEvent.RecordedEvent().setStreamRevision('7').setData(Buffer.from('{}'));
  const inner = Buffer.concat([added, serialised(event), added]);
  const within = (content: Buffer): Buffer => Buffer.concat([Buffer.from([0x0a, content.length]), content]);
  const answer = readAnswer(within(Buffer.concat([within(inner), added])));
  t.match(answer, { kind: 'event', event: { revision: 7, data: Buffer.from('{}'), id: '', type: '' } });
});

t.test('the other answers are told apart', async (t) => {
  const position = new Checkpoint().setCommitPosition('9007199254740991').setPreparePosition('5');
  const answers = [
    new streams.ReadResp().setCheckpoint(position),
    new streams.ReadResp().setCaughtUp(new CaughtUp()),
    new streams.ReadResp().setFellBehind(new FellBehind()),
    new streams.ReadResp().setStreamNotFound(new StreamNotFound()),
    new streams.ReadResp().setConfirmation(new SubscriptionConfirmation().setSubscriptionId('s')),
    new streams.ReadResp().setLastStreamPosition('3'),
    new streams.ReadResp().setEvent(new ReadEvent().setCommitPosition('3')),
    new streams.ReadResp(),
  ];
  t.same(
    answers.map((answer) => readAnswer(serialised(answer))),
    [
      { kind: 'checkpoint', position: { commit: 9007199254740991, prepare: 5 } },
      { kind: 'caught-up' },
      { kind: 'fell-behind' },
      { kind: 'stream-not-found' },
      ...Array.from({ length: 4 }, () => ({ kind: 'other' })),
    ],
  );
});

t.test('an event that is cut short is refused, never read as another one', async (t) => {
  fc.assert(
    fc.property(sent, fc.nat(), (event, seed) => {
      const whole = serialised(answerWith(event));
      const length = 1 + (seed % (whole.length - 1));
      t.throws(() => readAnswer(whole.subarray(0, length)), NoMessage);
    }),
  );
});

const attempt = fc.record({
  stream: fc.constant('s'),
  expected: fc.oneof(fc.constant('no_stream' as const), count),
  events: fc.array(fc.record({ id: fc.uuid(), type: text, data: text, metadata: text }), { minLength: 1 }),
});

t.test('an append is written as the generated class reads it', async (t) => {
  fc.assert(
    fc.property(fc.uuid(), text, attempt, (correlationId, name, { expected, ...rest }) => {
      const bytes = appendRequest(correlationId, name, { expected, ...rest });
      const request = streams.BatchAppendReq.deserializeBinary(bytes);
      const options = request.getOptions();
      t.equal(request.getCorrelationId()?.getString(), correlationId);
      t.equal(request.getIsFinal(), true);
      t.equal(options?.hasDeadline(), false);
      t.equal(Buffer.from(options?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString(), name);
      if (expected === 'no_stream') t.equal(options?.hasNoStream(), true);
      else t.equal(options?.getStreamPosition(), String(expected));
      const events = request.getProposedMessagesList().map((event) => ({
        id: event.getId()?.getString(),
        type: event.getMetadataMap().get('type'),
        data: Buffer.from(event.getData_asU8()).toString(),
        metadata: Buffer.from(event.getCustomMetadata_asU8()).toString(),
        content: event.getMetadataMap().get('content-type'),
      }));
      t.same(
        events,
        rest.events.map((event) => ({ ...event, content: 'application/json' })),
      );
    }),
  );
});

t.test('where an append was written is read as the generated class has it', async (t) => {
  fc.assert(
    fc.property(fc.uuid(), count, fc.option(count), (id, revision, commit) => {
      const success = new streams.BatchAppendResp.Success().setCurrentRevision(String(revision));
      const place = new shared.AllStreamPosition().setCommitPosition(String(commit)).setPreparePosition(String(commit));
      if (commit !== null) success.setPosition(place);
      const name = new shared.StreamIdentifier().setStreamName(Buffer.from('ledger_s'));
      const answer = new streams.BatchAppendResp()
        .setCorrelationId(new shared.UUID().setString(id))
        .setStreamIdentifier(name)
        .setSuccess(success);
      const read = appendAnswer(serialised(answer));
      t.equal(read.id, id);
      t.same(read.to({ stream: 's', expected: 'no_stream', events: [] }), { revision, commit });
    }),
  );
});
