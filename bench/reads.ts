import { readFileSync } from 'node:fs';
import { inTurn, type Side } from './in-turn.ts';
import { deadlineMs, type Measured } from './measured.ts';
import { random } from './random.ts';
import { median } from './rounds.ts';
import { bySize, ledgerFolder, probe, type StoreName } from './stores.ts';
import { OutOfTime, startSubject } from './subject.ts';
import type { Got } from './works.ts';

/** What it costs to read a list cold, in a large ledger for each time as in a small one. */
export async function listFlat(path: string): Promise<Measured> {
  return await inTurn({ large: cold('large', path), small: cold('small', path) }, { rounds: 5, detail: { path } });
}

// Opens the ledger anew for each read: nothing is in memory, the index is as it was. What a server makes once in the
// background after its first start is made before.
function cold(store: StoreName, path: string): Side {
  return async (first) => {
    const folder = await ledgerFolder(store);
    await first.ask('open', { folder });
    for (let tries = 0; tries < mostTries; tries++) {
      const [got] = await first.ask('get', { urls: [path] }, deadlineMs);
      if (got?.status !== 503) break;
    }
    await first.ask('close', undefined);
    return {
      round: async (subject) => {
        await subject.ask('open', { folder });
        const got = await subject.ask('get', { urls: [path] }, deadlineMs);
        await subject.ask('close', undefined);
        return costOf(got);
      },
    };
  };
}

// Each waits ten seconds for what is being made.
const mostTries = 60;

/** What a timeline at a cut that nobody asked for before costs, in a ledger of many events for each time as in one of few. */
export async function asofFlat(): Promise<Measured> {
  return await inTurn(
    { large: timelines('large', probe.id, 10), small: timelines('alone', probe.id, 10) },
    { rounds: 9, detail: { timeline: probe } },
  );
}

/** What such a timeline costs a report, of a partnership with many reports for each time as of one with few. */
export async function asofGrowth(): Promise<Measured> {
  const { hundredThousand: large, thousand: small } = bySize;
  return await inTurn(
    { large: timelines('sizes', large.id, 1), small: timelines('sizes', small.id, 5) },
    { rounds: 5, detail: { large, small }, per: large.reports / small.reports },
  );
}

/** What a page of the audit trail costs, of a partnership with many reports for each time as of one with few. */
export async function auditFlat(): Promise<Measured> {
  const { sixteenThousand: large, thousand: small } = bySize;
  const path = (id: string) => `/api/partnerships/${id}/audit?limit=20`;
  return await inTurn(
    { large: cold('sizes', path(large.id)), small: cold('sizes', path(small.id)) },
    { rounds: 3, detail: { large, small } },
  );
}

/** What it costs to refuse a comparison of much once more; the first refusal is in the detail. */
export async function diffRefused(): Promise<Measured> {
  const subject = startSubject();
  try {
    await subject.ask('open', { folder: await ledgerFolder('sizes') });
    const { id, reports } = bySize.hundredThousand;
    const url = `/api/partnerships/${id}/diff?clock=reported&from=2016-01-01&to=2026-06-01`;
    const [first, ...others] = await subject.ask('get', { urls: Array.from({ length: 21 }, () => url) }, deadlineMs);
    const odd = [first, ...others].find((got) => got?.status !== 400);
    if (odd !== undefined) throw new Error(`a comparison has status ${odd.status}`);
    return { value: median(others.map(({ cost }) => cost)), detail: { reports, firstMs: first?.cost } };
  } finally {
    await subject.stop();
  }
}

function timelines(store: StoreName, partnership: string, count: number): Side {
  const draw = random('cuts');
  return async (subject) => {
    await subject.ask('open', { folder: await ledgerFolder(store) });
    const head = await subject.ask('head', undefined);
    const urls = () =>
      Array.from({ length: count }, () => {
        const position = Math.round(head * (0.7 + 0.3 * draw.fraction()));
        const day = `20${22 + draw.below(4)}-0${1 + draw.below(9)}-1${draw.below(9)}`;
        return `/api/partnerships/${partnership}/timeline?limit=20&atPosition=${position}&reportedAsOf=${day}`;
      });
    // The history itself is in memory, as it is in any server that somebody uses.
    await subject.ask('get', { urls: urls() }, deadlineMs);
    return { round: async () => costOf(await subject.ask('get', { urls: urls() }, deadlineMs)) };
  };
}

function costOf(got: readonly Got[]): number {
  const refused = got.find(({ status }) => status !== 200);
  if (refused !== undefined) throw new Error(`an answer has status ${refused.status}`);
  return got.reduce((sum, { cost }) => sum + cost, 0) / got.length;
}

/** Resident memory after every list of a large ledger was read, less that of an empty ledger. */
export async function memory(): Promise<Measured> {
  const [large, empty] = [await residentAfterLists('large'), await residentAfterLists('empty')];
  return { value: large.resident - empty.resident, detail: { large, empty } };
}

async function residentAfterLists(store: StoreName) {
  const subject = startSubject();
  const late: string[] = [];
  try {
    await subject.ask('open', { folder: await ledgerFolder(store) });
    for (const url of lists) {
      try {
        await subject.ask('get', { urls: [url] }, deadlineMs);
      } catch (error) {
        if (!(error instanceof OutOfTime)) throw error;
        late.push(url);
        break;
      }
    }
    return { resident: residentMiB(subject.pid), ...(late.length === 0 ? {} : { late }) };
  } finally {
    await subject.stop();
  }
}

const lists = [
  '/api/partnerships?limit=20',
  '/api/articles?limit=20',
  '/api/games?limit=20',
  '/api/games/2028S/obligations?limit=20',
  '/api/audit?limit=20',
  '/api/timemap/partnerships',
];

// Asked of the system, because a process that folds does not answer.
function residentMiB(pid: number): number {
  const [kilobytes] = /(?<=^VmRSS:\s+)\d+/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
