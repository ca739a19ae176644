import { randomUUID } from 'node:crypto';
import { type EventStore, WrongExpectedRevision } from '../../../src/event-store/event-store.ts';
import type { Enrolment } from './enrolment.ts';

// A process of its own that writes into a ledger: `node writer-process.ts <enrolment module> <place> <name> <rounds>`.
// Each round appends three events of this writer to one stream that others may write to as well, and then prints the
// revision that was acknowledged. Without rounds it goes on until it is killed.

const [module = '', place = '', name = '', rounds = 'Infinity'] = process.argv.slice(2);
const { enrolment } = (await import(module)) as { enrolment: Enrolment };

const appendNext = async (store: EventStore, round: number): Promise<number> => {
  const events = [0, 1, 2].map((part) => ({
    id: randomUUID(),
    type: 'TermAgreed',
    data: { writer: name, round, part },
    metadata: {},
  }));
  for (;;) {
    let last = -1;
    for await (const { revision } of store.readStream('shared', { direction: 'backwards', limit: 1 })) last = revision;
    try {
      return (await store.append('shared', last === -1 ? 'no_stream' : last, events)).revision;
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision)) throw error;
    }
  }
};

const store = await enrolment.open(place);
for (let round = 0; round < Number(rounds); round += 1) process.stdout.write(`${await appendNext(store, round)}\n`);
await store.close();
