import { type LedgerEvent, partnershipOfStream, type ReadingEvent } from '../vocabulary/events.ts';
import { partnerOf } from '../vocabulary/fact-key.ts';
import { nearest } from '../vocabulary/nearest.ts';
import type { ReadingDraft } from './reading.ts';
import { type Rejection, reject } from './rejection.ts';

/**
 * Why the ledger does not take an article, or null if it does. The log forgets nothing, so a mistyped partnership is
 * refused at the door: only the first partnership of a ledger needs no word that it is new. Takes what it holds already.
 */
export function refuseArticle(reading: ReadingDraft, index: ArticleIndex, { isNewPartnership }: Admission) {
  const recorded = index.readingsOf(reading.article).filter(({ revision }) => revision === reading.revision);
  if (recorded.some(({ digest }) => digest === reading.digest)) return null;
  return refuseId(reading, recorded) ?? (isNewPartnership ? null : refusePartnership(reading, index));
}

/** What the writer says of an article beside the file. */
export type Admission = {
  /** Its partnership may be one about which nothing is recorded. */
  readonly isNewPartnership: boolean;
};

/** What the ledger holds of articles, over all partnerships. */
export type ArticleIndex = {
  /** The readings of an article, in recorded order. */
  readonly readingsOf: (article: string) => readonly RecordedReading[];
  /** The readings that rest on a text (SHA-256) and were neither withdrawn nor corrected by a reread, in recorded order. */
  readonly readingsOfText: (text: string) => readonly RecordedReading[];
  /** Whether an article reports on a partnership, by its last reading, and was not withdrawn. */
  readonly isReported: (partnership: string) => boolean;
  /** The partnerships on which an article reports, in order of id. */
  readonly reportedPartnerships: () => readonly string[];
};

/** The reading of one revision of an article in the stream of one partnership. */
export type RecordedReading = {
  readonly article: string;
  readonly partnership: string;
  readonly revision: number;
  readonly digest: string;
  /** SHA-256 of the text. */
  readonly text: string;
  /** How many reports it makes on this partnership. */
  readonly reports: number;
  readonly position: number;
};

/** The index of a ledger without articles. */
export const noArticles: ArticleIndex = {
  readingsOf: () => [],
  readingsOfText: () => [],
  isReported: () => false,
  reportedPartnerships: () => [],
};

/** An index with further readings, as if they were recorded after those that it has. */
export function withReadings(index: ArticleIndex, events: readonly LedgerEvent[]): ArticleIndex {
  const further = events.filter((event) => event.kind === 'reading').map(toRecordedReading);
  const reported = new Set(further.flatMap(({ partnership, reports }) => (reports > 0 ? [partnership] : [])));
  return {
    readingsOf: (id) => [...index.readingsOf(id), ...further.filter(({ article }) => article === id)],
    readingsOfText: (sha256) => [...index.readingsOfText(sha256), ...further.filter(({ text }) => text === sha256)],
    isReported: (partnership) => reported.has(partnership) || index.isReported(partnership),
    reportedPartnerships: () => [...new Set([...index.reportedPartnerships(), ...reported])].toSorted(),
  };
}

function toRecordedReading({ stream, position, read }: ReadingEvent): RecordedReading {
  const { article, revision, digest, textSha256: text, reports } = read;
  const partnership = partnershipOfStream(stream) ?? '';
  return { article, partnership, revision, digest, text, reports: reports.length, position };
}

// One revision of an article has one content. In the stream of its own partnership the decision sees that.
function refuseId({ article, partnership }: ReadingDraft, recorded: readonly RecordedReading[]): Rejection | null {
  const other = recorded.find((one) => one.partnership !== partnership);
  if (other === undefined) return null;
  const message = `article id ${article} is taken by an article about ${other.partnership}: give this one another id`;
  return reject('article-taken', message, { at: ['article'] });
}

function refusePartnership({ partnership }: ReadingDraft, index: ArticleIndex): Rejection | null {
  if (index.isReported(partnership)) return null;
  const reported = index.reportedPartnerships();
  if (reported.length === 0) return null;
  const near = nearestPartnerships(partnership, reported);
  const [suggestion] = near;
  const names = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `there are ${listOf(reported)}`;
  const message = `nothing is recorded about the partnership ${partnership}; ${names}`;
  return reject('unknown-partnership', message, { at: ['partnership'], suggestion });
}

/** The partnerships that a mistyped id may stand for, nearest first: by the whole id, else by the partner. */
function nearestPartnerships(partnership: string, reported: readonly string[]): readonly string[] {
  const whole = nearest(partnership, reported);
  if (whole.length > 0) return whole;
  const partners = nearest(partnerOf(partnership), reported.map(partnerOf));
  return partners.flatMap((partner) => reported.filter((id) => partnerOf(id) === partner)).slice(0, maxNear);
}

const maxNear = 3;

function listOf(ids: readonly string[]): string {
  const listed = ids.slice(0, maxListed).join(', ');
  return ids.length > maxListed ? `${listed} and ${ids.length - maxListed} more` : listed;
}

const maxListed = 10;
