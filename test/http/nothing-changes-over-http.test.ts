import * as fc from 'fast-check';
import t from 'tap';
import { partnershipStream } from '../../src/domain/vocabulary/events.ts';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { openTestApp, type TestApp } from '../support/app.ts';
import { acme } from '../support/given.ts';
import { anyLedger, rival } from '../support/histories.ts';
import type { MadeLedger } from '../support/random/made-ledger.ts';
import { told } from '../support/random/told.ts';

const partnerships = [acme, rival].map((id) => `/api/partnerships/${id}`);
const paths = [
  ...partnerships.flatMap((path) =>
    ['', '/timeline', '/obligations', '/rollout', '/audit'].map((view) => `${path}${view}`),
  ),
  ...['partnerships', 'articles', 'games', 'games/2018W/obligations', 'audit'].map((list) => `/api/${list}`),
];
const clocks = [
  'occurredAsOf=2018-02-01',
  'occurredAsOf=2018-02-01&reportedAsOf=2018-01-10',
  'occurredAsOf=2018&timing=certain',
];

type Noted = { readonly address: string; readonly text: string; readonly etag: string | undefined };

// Where nothing that is recorded bears on an answer, it says what was recorded since; an unknown name may become known.
const isSettled = ({ text }: Pick<Noted, 'text'>): boolean => (JSON.parse(text).cut?.position ?? 0) > 0;

const ask = async ({ get }: TestApp, recorded: string): Promise<readonly Noted[]> => {
  const noted: Noted[] = [];
  for (const path of paths) {
    for (const clock of clocks) {
      const address = `${path}?${clock}&${recorded}`;
      const { text, headers } = await get(address);
      noted.push({ address, text, etag: headers.etag });
    }
  }
  return noted;
};

const record = async ({ ledger, later }: TestApp, events: readonly RecordedEvent[]): Promise<void> => {
  const ingests = [...Map.groupBy(events, ({ metadata }) => String(metadata['correlationId'])).values()];
  for (const [i, ingest] of ingests.entries()) {
    const [{ stream, revision }] = ingest as [RecordedEvent];
    const written = ingest.map(({ id, type, data, metadata }) => ({ id, type, data, metadata }));
    await ledger.store.append(stream, revision === 0 ? 'no_stream' : revision - 1, written);
    // Several are recorded in the same instant.
    if (i % 2 === 0) later(1000);
  }
};

// Ledgers that tell of both partnerships early, so that there is something to see.
const isToldEarly = ({ events }: MadeLedger): boolean => {
  const read = events.slice(0, events.length / 4).filter(({ type }) => type === 'ArticleRead');
  return [acme, rival].every((id) => read.some(({ stream }) => stream === partnershipStream(id)));
};

const ledgers = fc.sample(anyLedger.filter(isToldEarly), { numRuns: 3, seed: 2018 });

for (const [i, { events }] of ledgers.entries()) {
  t.test(`no later event changes a past answer over HTTP: ledger ${i + 1}`, async (t) => {
    const app = await openTestApp(t, { seeds: false });
    // The ledger of the test was opened by itself.
    const own = events.slice(1);
    const half = own.findIndex(
      ({ position }, j) =>
        position > own.length / 2 && own[j]?.metadata['correlationId'] !== own[j - 1]?.metadata['correlationId'],
    );
    await record(app, own.slice(0, half));
    app.later(1000);
    const { position, recordedAt } = await app.ledger.views.head();
    const before = [
      ...(await ask(app, `atPosition=${position}`)),
      ...(await ask(app, `atPosition=${Math.floor(position / 2)}`)),
      ...(await ask(app, `recordedAsOf=${recordedAt}`)),
    ];
    t.ok(before.filter(isSettled).length > before.length / 2, 'most of them show something');
    await record(app, own.slice(half));
    const changed: string[] = [];
    for (const { address, text, etag } of before.filter(isSettled)) {
      const after = await app.get(address);
      if (after.text !== text || after.headers.etag !== etag) changed.push(address);
    }
    t.strictSame(changed, [], { given: told(events) });
    t.equal((await app.ledger.views.head()).position, events.length, 'and more was recorded');
  });
}
