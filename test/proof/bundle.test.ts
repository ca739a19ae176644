import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import {
  bundleLines,
  endLine,
  eventLine,
  fileLines,
  hashesLine,
  headerLine,
  NotAsSigned,
  readLine,
  writeLines,
} from '../../src/proof/bundle-file.ts';
import {
  originOf,
  readCheckpoint,
  type SignerKey,
  signCheckpoint,
  signerKey,
  verifierKeyText,
} from '../../src/proof/checkpoint.ts';
import { append, emptyFrontier, type Hash, rootOf, toBase64 } from '../../src/proof/merkle-tree.ts';
import { checkBundle } from '../../src/proof/stand-alone/check-bundle.ts';
import { readHead, readKey } from '../../src/proof/stand-alone/notes.ts';
import { leafHashOf } from '../../src/proof/tree-file.ts';
import { type BundleVerdict, verifyBundle } from '../../src/proof/verify-bundle.ts';

const ledger = '0191-made-up';
const origin = originOf(ledger);
const key = signerKey(origin, Buffer.alloc(32, 9));
const anotherKey = signerKey(origin, Buffer.alloc(32, 10));

const eventsOf = (count: number, note = 'as it was'): readonly RecordedEvent[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `0c6f3a1e-0000-5000-8000-${String(index).padStart(12, '0')}`,
    type: 'TermAgreed',
    data: { note: `${note}, “${index}”`, games: ['2018W'] },
    metadata: { schema: 1, article: '901' },
    stream: `partnership-acme.${index % 2}`,
    revision: Math.floor(index / 2),
    position: index + 1,
    recordedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString(),
  }));

const rootAfter = (events: readonly RecordedEvent[]): Hash =>
  rootOf(events.reduce((frontier, event) => append(frontier, leafHashOf(event)).frontier, emptyFrontier));

const signed = (events: readonly RecordedEvent[], by: SignerKey = key): string =>
  signCheckpoint({ origin, size: events.length, root: rootAfter(events) }, by);

const bundleOf = async (events: readonly RecordedEvent[], by: SignerKey = key): Promise<readonly string[]> =>
  await Array.fromAsync(
    bundleLines({
      readAll: async function* () {
        yield* events;
      },
      header: {
        bundle: 'partnership-ledger',
        format: 1,
        ledger,
        origin,
        size: events.length,
        verifierKey: verifierKeyText(by),
      },
      checkpoint: signed(events, by),
      root: rootAfter(events),
    }),
  );

async function* given(lines: readonly (string | null)[]): AsyncGenerator<string | null> {
  yield* lines;
}

// By both programs, which must come to the same verdict.
const verified = async (
  lines: readonly (string | null)[],
  { earlier = [], by = key }: { earlier?: readonly string[]; by?: SignerKey | null } = {},
): Promise<BundleVerdict> => {
  const verdict = await verifyBundle({ lines: given(lines), key: by, earlier: earlier.map(readCheckpoint) });
  const apart = await checkBundle(bytesOf(lines), {
    key: by === null ? null : readKey(verifierKeyText(by), 'signer'),
    earlier: earlier.map(readHead),
    witnesses: [],
    quorum: 0,
  });
  const placeOf = (fault: BundleVerdict['fault']) => fault && `${fault.first} to ${fault.last}`;
  if (placeOf(verdict.fault) !== placeOf(apart.fault)) {
    throw new Error(`verify: ${verdict.fault?.message}; stand-alone: ${apart.fault?.message}`);
  }
  if (verdict.fault === null && (apart.size !== verdict.size || apart.root !== toBase64(verdict.root))) {
    throw new Error(`verify: ${verdict.size} ${toBase64(verdict.root)}; stand-alone: ${apart.size} ${apart.root}`);
  }
  return verdict;
};

async function* bytesOf(lines: readonly (string | null)[]): AsyncGenerator<Uint8Array> {
  for (const line of lines) yield line === null ? Uint8Array.of(0xff) : Buffer.from(line);
}

const count = 600;
const events = eventsOf(count);
const bundle = await bundleOf(events);
// The header, and a line of hashes after each 256 events.
const lineOf = (position: number): number => position + Math.floor((position - 1) / 256);

t.test('an untouched bundle of any size is good', async (t) => {
  for (const size of [1, 2, 3, 255, 256, 257, 511, 512, 513, 600]) {
    const some = events.slice(0, size);
    const verdict = await verified(await bundleOf(some));
    t.match(verdict, { fault: null, size, origin, key: verifierKeyText(key) }, `${size} events`);
  }
});

t.test('the events of a bundle are CloudEvents', async (t) => {
  const line = JSON.parse(bundle[1] ?? '');
  t.same(line, {
    specversion: '1.0',
    id: events[0]?.id,
    source: origin,
    type: 'TermAgreed',
    subject: 'partnership-acme.0',
    datacontenttype: 'application/json',
    data: events[0]?.data,
    position: 1,
    revision: 0,
    recordedat: '2026-01-01T00:00:00.000Z',
    metadata: '{"article":"901","schema":1}',
  });
  const names = Object.keys(line).filter((name) => name !== 'data');
  t.ok(
    names.every((name) => /^[a-z0-9]{1,20}$/.test(name)),
    'attributes are named as the specification has them',
  );
});

type Change = { readonly what: string; readonly lines: readonly string[]; readonly position: number };

const renumbered = (line: string, from: number, by: number): string => {
  const read = readLine(line);
  if (read.kind !== 'event' || read.event.position < from) return line;
  return eventLine({ ...read.event, position: read.event.position + by }, origin);
};

/** An arbitrary of changes to the events of a bundle. */
const changesOf = (bundle: readonly string[], count: number): fc.Arbitrary<Change> => {
  const position = fc.integer({ min: 1, max: count });
  const at = (wanted: number): string => bundle[lineOf(wanted)] ?? '';
  return fc.oneof(
    fc.tuple(position, fc.nat(), fc.nat(6)).map(([wanted, choice, bit]): Change => {
      const line = Buffer.from(at(wanted));
      const byte = choice % line.length;
      line[byte] = (line[byte] as number) ^ (1 << bit);
      return {
        what: `bit ${bit} of byte ${byte} of ${wanted}`,
        lines: bundle.with(lineOf(wanted), line.toString()),
        position: wanted,
      };
    }),
    position.map((wanted): Change => {
      const event = eventLine({ ...(events[wanted - 1] as RecordedEvent), data: { note: 'other' } }, origin);
      return { what: `the data of ${wanted}`, lines: bundle.with(lineOf(wanted), event), position: wanted };
    }),
    fc.tuple(position, fc.boolean()).map(([wanted, close]): Change => {
      const rest = bundle.toSpliced(lineOf(wanted), 1);
      const lines = close ? rest.map((line) => renumbered(line, wanted, -1)) : rest;
      return { what: `${wanted} removed${close ? ', the rest renumbered' : ''}`, lines, position: wanted };
    }),
    fc
      .tuple(position, position)
      .filter(([one, other]) => one < other)
      .map(([one, other]): Change => {
        const lines = bundle.with(lineOf(one), at(other)).with(lineOf(other), at(one));
        return { what: `${one} and ${other} swapped`, lines, position: one };
      }),
    fc.tuple(position, fc.boolean()).map(([wanted, close]): Change => {
      const put = eventLine({ ...(events[wanted - 1] as RecordedEvent), id: 'put in' }, origin);
      const rest = close ? bundle.map((line) => renumbered(line, wanted, 1)) : bundle;
      return { what: `one put in at ${wanted}`, lines: rest.toSpliced(lineOf(wanted), 0, put), position: wanted };
    }),
  );
};

for (const [size, runs] of [
  [40, 1_000],
  [count, 40],
] as const) {
  t.test(`each of ${runs} changes to a bundle of ${size} events is found, and where`, async () => {
    const changes = changesOf(await bundleOf(events.slice(0, size)), size);
    const property = fc.asyncProperty(changes, async ({ what, lines, position }) => {
      const { fault } = await verified(lines);
      if (fault?.first === position && fault.last === position) return;
      throw new Error(`${what}: found ${fault?.message ?? 'nothing'}`);
    });
    await fc.assert(property, { numRuns: runs });
  });
}

t.test('a file that ends too early names the first event that is missing', async (t) => {
  const lines = await bundleOf(events);
  // A header, then event n in line n + 1, and a line of hashes after 256 of them.
  for (const [kept, position] of [
    [lines.slice(0, 1), 1],
    [lines.slice(0, 11), 11],
    [[...lines.slice(0, 11), (lines[11] ?? '').slice(0, 40)], 11],
    [lines.slice(0, 258), 257],
    [lines.slice(0, 300), 299],
  ] as const) {
    t.match((await verified(kept)).fault, { first: position, last: position, message: /missing: the file ends/ });
  }
});

t.test('a flipped byte anywhere in a bundle is found', async (t) => {
  const folder = t.testdir();
  const file = join(folder, 'bundle.ndjson');
  const whole = Buffer.from(`${(await bundleOf(events.slice(0, 12))).join('\n')}\n`);
  let found = 0;
  const every = 7;
  for (let byte = 0; byte < whole.length; byte += every) {
    const flipped = Buffer.from(whole);
    flipped[byte] = (flipped[byte] as number) ^ (1 << (byte % 8));
    writeFileSync(file, flipped);
    const { fault } = await verified(await Array.fromAsync(fileLines(file)));
    if (fault === null) t.fail(`byte ${byte}`);
    else found += 1;
  }
  t.equal(found, Math.ceil(whole.length / every));
});

t.test('each fault of a bundle is described in words', async (t) => {
  const end = bundle.length - 1;
  const otherwise = eventsOf(count, 'otherwise');
  const other = await bundleOf(otherwise);
  const hashes = (line: string, leaf: Hash, index: number): string => {
    const read = readLine(line);
    if (read.kind !== 'hashes') throw new Error(line);
    return hashesLine({ first: read.first, leaves: read.leaves.with(index, leaf) });
  };
  const changed = { ...(events[299] as RecordedEvent), type: 'TermAgree' };
  const cases: Readonly<Record<string, readonly [RegExp, readonly (string | null)[]]>> = {
    'an event': [/^position 300: line 302 was changed/, bundle.with(lineOf(300), eventLine(changed, origin))],
    'an event and its hash': [
      /^positions 257 to 512: events were changed, and their hashes with them/,
      bundle
        .with(lineOf(300), eventLine(changed, origin))
        .with(lineOf(512) + 1, hashes(bundle[lineOf(512) + 1] ?? '', leafHashOf(changed), 300 - 257)),
    ],
    'a hash alone': [
      /^line 258: the hashes of positions 1 to 256 were changed; the events were not/,
      bundle.with(257, hashes(bundle[257] ?? '', leafHashOf(changed), 3)),
    ],
    'a line of hashes that is none': [/^line 258: the hashes of positions 1 to 256/, bundle.with(257, 'x')],
    'no line of hashes': [/hashes/, bundle.toSpliced(257, 1)],
    'events in another order': [
      /^position 4: the event recorded here is gone: line 5 has the event of position 5|^position 4: the/,
      bundle.with(4, bundle[5] ?? '').with(5, bundle[4] ?? ''),
    ],
    'the last events': [/^position 599: the event recorded here is missing/, bundle.toSpliced(lineOf(599), 2)],
    'no end': [/no end|missing/, bundle.slice(0, -1)],
    nothing: [/no header/, []],
    'no header': [/^line 1: it is not the header/, bundle.slice(1)],
    'two headers': [/second header/, bundle.toSpliced(1, 0, bundle[0] ?? '')],
    'more after the end': [/nothing may follow/, [...bundle, bundle[1] ?? '']],
    'another size in the header': [
      /^line 1: the header does not match/,
      bundle.with(0, (bundle[0] ?? '').replace('600', '599')),
    ],
    'another ledger in the header': [
      /header does not match/,
      bundle.with(0, (bundle[0] ?? '').replace('"ledger":"0191', '"ledger":"0192')),
    ],
    'the checkpoint': [
      /the checkpoint cannot be trusted/,
      bundle.with(end, (bundle[end] ?? '').replace('\\n600\\n', '\\n601\\n')),
    ],
    'no UTF-8': [
      /^position 9: line 10 was changed: it is not UTF-8/,
      [...bundle.slice(0, 9), null, ...bundle.slice(10)],
    ],
    'everything, but for the signature': [
      /all their hashes with them/,
      other.with(end, endLine({ ...endOf(other), checkpoint: signed(events) })),
    ],
    'of another ledger': [
      /^position 1: line 2 was changed: it is of elsewhere/,
      bundle.with(1, eventLine(events[0] as RecordedEvent, 'elsewhere')),
    ],
  };
  for (const [name, [message, lines]] of Object.entries(cases)) {
    t.match((await verified(lines)).fault?.message, message, name);
  }
});

const endOf = (lines: readonly string[]) => {
  const read = readLine(lines.at(-1) ?? '');
  if (read.kind !== 'end') throw new Error('there is no end');
  return read;
};

t.test('a bundle is good only by the key that signed it', async (t) => {
  const theirs = await bundleOf(events.slice(0, 9), anotherKey);
  t.match((await verified(theirs)).fault?.message, /cannot be trusted: it is not signed by/);
  t.match(await verified(theirs, { by: null }), { fault: null, key: verifierKeyText(anotherKey) });
});

t.test('an earlier checkpoint exposes a rewritten history although the key signed it', async (t) => {
  const earlier = signed(events.slice(0, 300));
  t.match(await verified(bundle, { earlier: [earlier] }), { fault: null });
  const anew = [...events.slice(0, 250), ...eventsOf(count, 'anew').slice(250)];
  const lines = await bundleOf(anew);
  t.match(await verified(lines), { fault: null }, 'by itself it is good');
  t.match((await verified(lines, { earlier: [earlier] })).fault, { first: 1, last: 300, message: /rewritten/ });
  const before = signed(events.slice(0, 200));
  t.match((await verified(lines, { earlier: [earlier, before] })).fault, { first: 201, last: 300 });
  const longer = signed(eventsOf(700));
  t.match((await verified(bundle, { earlier: [longer] })).fault, { first: 601, message: /has 700 events/ });
  const foreign = signCheckpoint(
    { origin: 'another', size: 1, root: emptyRootOf() },
    signerKey('another', Buffer.alloc(32)),
  );
  t.match((await verified(bundle, { earlier: [foreign] })).fault?.message, /is of another/);
});

const emptyRootOf = (): Hash => rootOf(emptyFrontier);

t.test('events that change during an export make no bundle', async (t) => {
  const header = { bundle: 'partnership-ledger', format: 1, ledger, origin, size: 3, verifierKey: '' } as const;
  const readAll = async function* () {
    yield* eventsOf(3, 'other');
  };
  const parts = { readAll, header, checkpoint: '', root: rootAfter(events.slice(0, 3)) };
  await t.rejects(Array.fromAsync(bundleLines(parts)), NotAsSigned);
  t.match(headerLine(header), '"size":3');
});

t.test('a bundle file appears whole or not at all, and replaces none unless told to', async (t) => {
  const folder = t.testdir({ old: 'old\n' });
  const file = join(folder, 'old');
  const lines = async function* () {
    yield 'one';
    yield 'two';
  };
  await t.rejects(writeLines(file, lines(), { replace: false }), { code: 'EEXIST' });
  t.equal(readFileSync(file, 'utf8'), 'old\n');
  await writeLines(file, lines(), { replace: true });
  t.equal(readFileSync(file, 'utf8'), 'one\ntwo\n');
  const failing = async function* () {
    yield 'one';
    throw new Error('halfway');
  };
  await t.rejects(writeLines(join(folder, 'new'), failing(), { replace: false }), /halfway/);
  t.same((await import('node:fs')).readdirSync(folder), ['old'], 'nothing is left behind');
});

t.test('lines of a bundle are read alike, however the file is chunked', async (t) => {
  const folder = t.testdir({ file: 'a\n\nb“c”\r\nlast', bytes: Buffer.of(0x61, 0xff, 0x0a, 0x62) });
  t.same(await Array.fromAsync(fileLines(join(folder, 'file'))), ['a', '', 'b“c”\r', 'last']);
  t.same(await Array.fromAsync(fileLines(join(folder, 'bytes'))), [null, 'b']);
  const long = 'x'.repeat(200_000);
  writeFileSync(join(folder, 'long'), `${long}\n${long}y\n`);
  t.same(await Array.fromAsync(fileLines(join(folder, 'long'))), [long, `${long}y`]);
});
