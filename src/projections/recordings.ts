import type { LedgerEvent } from '../domain/ledger-event.ts';
import type { Happening } from './happening.ts';
import type { IngestEvents } from './ingests.ts';

function recorded(event: LedgerEvent): Happening {
  const what = 'recorded';
  if (event.kind === 'report') {
    const { type, fact, note, date, metadata } = event;
    const { article, paragraphs } = metadata;
    return { what, date: date?.edtf ?? null, type: type.type, fact, summary: note, source: article, paragraphs };
  }
  if (event.kind === 'reference') {
    const { type, games, published, metadata } = event;
    const summary = `Games ${games.join(' ')}`;
    return {
      what,
      date: published.edtf,
      type: type.type,
      fact: null,
      summary,
      source: metadata.reference,
      paragraphs: [],
    };
  }
  if (event.kind === 'reading') {
    const { article, title, publisher, published } = event.read;
    const summary = [title, publisher].filter((part) => part !== null).join(', ') || null;
    return { what, date: published, type: 'ArticleRead', fact: null, summary, source: article, paragraphs: [] };
  }
  if (event.kind === 'retraction') {
    const { article, reason } = event.retracted;
    return { what, date: null, type: 'ArticleRetracted', fact: null, summary: reason, source: article, paragraphs: [] };
  }
  const { type, fact, reason } = event.decision;
  return { what, date: null, type, fact, summary: reason, source: event.recordedBy, paragraphs: [] };
}

/** What was recorded together: the article or the decision first, then its reports. */
export function recordings(ingest: IngestEvents): readonly Happening[] {
  const all = ingest.map(recorded);
  return [...all.filter(({ type }) => type === 'ArticleRead'), ...all.filter(({ type }) => type !== 'ArticleRead')];
}
