import { createHash } from 'node:crypto';
import { inTurn, type Side } from './in-turn.ts';
import { loadServer, requestText } from './load.ts';
import { deadlineMs, type Measured } from './measured.ts';
import { median } from './rounds.ts';
import { bySize, type StoreName, target, writableLedger } from './stores.ts';
import { startSubject } from './subject.ts';
import { writeToken } from './write-token.ts';

/** What an article of 20 reports costs in a ledger of many partnerships, for each time as in one of few. */
export async function ingestFlat(): Promise<Measured> {
  return await ledgersInTurn(['large', target.id], ['small', target.id], { partnership: target });
}

/** What such an article costs a partnership with many reports, for each time as one with few. */
export async function ingestGrowth(): Promise<Measured> {
  const { twentyThousand: large, hundred: small } = bySize;
  return await ledgersInTurn(['sizes', large.id], ['sizes', small.id], { large, small });
}

/** What a retraction costs on a partnership with many reports, for each time as on one with few. */
export async function decideGrowth(): Promise<Measured> {
  const { twentyThousand: large, hundred: small } = bySize;
  return await ledgersInTurn(['sizes', large.id], ['sizes', small.id], { large, small }, decisions);
}

async function ledgersInTurn(
  [largeStore, largeId]: readonly [StoreName, string],
  [smallStore, smallId]: readonly [StoreName, string],
  detail: Measured['detail'],
  work: (folder: string, partnership: string) => Side = ingests,
): Promise<Measured> {
  const [large, small] = [await writableLedger(largeStore), await writableLedger(smallStore)];
  try {
    return await inTurn(
      { large: work(large.folder, largeId), small: work(small.folder, smallId) },
      { rounds: 8, detail },
    );
  } finally {
    large.remove();
    small.remove();
  }
}

function ingests(folder: string, partnership: string): Side {
  return async (subject) => {
    await subject.ask('open', { folder });
    let serial = 0;
    return {
      round: async () => {
        const serials = Array.from({ length: 3 }, () => ++serial);
        return median(await subject.ask('ingest', { partnership, serials }, deadlineMs));
      },
    };
  };
}

function decisions(folder: string, partnership: string): Side {
  return async (subject) => {
    await subject.ask('open', { folder });
    let serial = 0;
    return {
      round: async () => median(await subject.ask('decide', { partnership, serial: ++serial }, deadlineMs)),
    };
  };
}

/** Articles of 20 reports with the tree, as a part of the rate without it, by processor time. */
export async function proofAppend(): Promise<Measured> {
  const [proved, bare] = [await writableLedger('small'), await writableLedger('small')];
  try {
    const { value, detail } = await inTurn(
      { large: appends(proved.folder, true), small: appends(bare.folder, false) },
      { rounds: 10, detail: { articles: articlesARound } },
    );
    return { value: 1 / value, detail };
  } finally {
    proved.remove();
    bare.remove();
  }
}

const articlesARound = 20;

function appends(folder: string, isProved: boolean): Side {
  return async (subject) => {
    await subject.ask('open', { folder, isProved });
    let serial = 0;
    return {
      // A new partnership each round: what an article costs shall not grow with what came before.
      round: async () => {
        serial += 1;
        const serials = Array.from({ length: articlesARound }, (_, at) => at);
        return await subject.ask('append', { partnership: `new-${serial}.proved`, serials }, deadlineMs);
      },
    };
  };
}

/**
 * Articles that 32 clients post at once, as a part of the rate at which the ledger records the same ones without HTTP.
 * The detail has the rate of their bare events through the port of the store too.
 */
export async function writesOverHttp(): Promise<Measured> {
  const folders = [await writableLedger('small'), await writableLedger('small')];
  const [over, within] = [startSubject(), startSubject()];
  try {
    await over.ask('open', { folder: folders[0]?.folder ?? '' });
    await within.ask('open', { folder: folders[1]?.folder ?? '' });
    const { port } = await over.ask('listen', { url: '/api' });
    const rates = { http: [] as number[], ledger: [] as number[], port: [] as number[] };
    for (let round = 0; round <= 7; round++) {
      const files = Array.from({ length: postsARound }, (_, at) =>
        articleFile(`writer-${at}.posted`, `${round}-${at}`),
      );
      const requests = files.map((file) => requestText('POST', '/api/articles?newPartnership=true', postHeaders, file));
      const start = performance.now();
      const statuses = await loadServer(port, 32, () => requests.pop() ?? null);
      const tookMs = performance.now() - start;
      if (statuses[201] !== postsARound) throw new Error(`statuses ${JSON.stringify(statuses)}`);
      const { ledgerMs, portMs } = await within.ask('recordFiles', { files, atOnce: 32 });
      if (round === 0) continue;
      rates.http.push(postsARound / tookMs);
      rates.ledger.push(postsARound / ledgerMs);
      rates.port.push(postsARound / portMs);
    }
    const [http, ledger, store] = [rates.http, rates.ledger, rates.port].map((each) => 1000 * median(each));
    const value = median(rates.http.map((rate, round) => rate / (rates.ledger[round] ?? Number.NaN)));
    return { value, detail: { articlesASecond: { http, ledger, port: store }, clients: 32 } };
  } finally {
    await Promise.all([over.stop(), within.stop()]);
    for (const { remove } of folders) remove();
  }
}

const postsARound = 96;

const postHeaders = { authorization: `Bearer ${writeToken}`, 'content-type': 'application/json' };

// As an article file says it, in JSON.
function articleFile(partnership: string, id: string): string {
  const day = '2026-05-01';
  const reports = [
    { TermAgreed: null, happened: day, end: '2030', p: [1], note: 'they agreed until 2030' },
    { TierGranted: 'top', happened: day, p: [1], note: 'it becomes a worldwide partner' },
    { ObligationUndertaken: `service-${id}`, games: '2028S', happened: day, p: [2], note: 'it owes services in 2028' },
  ];
  return JSON.stringify({
    article: `posted-${id}`,
    partnership,
    title: `Article ${id}`,
    publisher: 'The paper',
    published: day,
    publishedBasis: 'printed under the headline',
    textSha256: createHash('sha256').update(id).digest('hex'),
    paragraphs: 2,
    by: 'outlet',
    reports,
  });
}
