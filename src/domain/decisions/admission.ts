import { type LedgerEvent, partnershipOfStream, type ReadingEvent } from '../vocabulary/events.ts';
import { partnerOf } from '../vocabulary/fact-key.ts';
import { nearest } from '../vocabulary/nearest.ts';
import type { ReadingDraft } from './reading.ts';
import { type Rejection, reject } from './rejection.ts';

/**
 * Why the ledger does not take an article, or null if it does. The log forgets nothing, so these are refused at the door:
 * other content under a recorded revision, a reread without a date to inherit, an unknown partnership that nobody calls
 * new, a text that is recorded under another id, and a copy of what is not recorded. Takes what it holds already.
 */
export function refuseArticle(
  reading: ReadingDraft,
  index: ArticleIndex,
  { isNewPartnership }: Admission,
): Rejection | null {
  if (isRecorded(reading, index)) return null;
  return (
    refuseRevision(reading, index) ??
    refuseInheritance(reading, index) ??
    (isNewPartnership ? null : refusePartnerships(reading, index)) ??
    refuseCopy(reading, index) ??
    refuseText(reading, index)
  );
}

/** Why an article no longer fits after what another writer recorded first in the same stream, or null. */
export function refuseSecond(reading: ReadingDraft, index: ArticleIndex): Rejection | null {
  return isRecorded(reading, index) ? null : (refuseRevision(reading, index) ?? refuseText(reading, index));
}

/** Whether this revision of an article is recorded with this content. */
export function isRecorded({ article, revision, digest }: ReadingDraft, index: ArticleIndex): boolean {
  return index.readingsOf(article).some((one) => one.revision === revision && one.digest === digest);
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
  readonly articleIds: () => readonly string[];
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
  /** The article of which it is a copy. */
  readonly copyOf: string | null;
  /** How many reports it makes on this partnership. */
  readonly reports: number;
  readonly position: number;
};

/** One revision of an article has one content. */
function refuseRevision(
  { article, revision, partnership, elsewhere }: ReadingDraft,
  index: ArticleIndex,
): Rejection | null {
  const recorded = index.readingsOf(article);
  const twins = recorded.filter((one) => one.revision === revision);
  const [twin] = twins;
  if (twin === undefined) return null;
  const own = new Set([partnership, ...elsewhere.map((block) => block.partnership)]);
  if (twins.every((one) => !own.has(one.partnership))) {
    const message =
      `article id ${article} is taken by an article about ${twin.partnership}: give this one another id, ` +
      'or move that article with a higher revision';
    return reject('article-taken', message, { at: ['article'] });
  }
  const message =
    `revision ${revision} of article ${article} is recorded with other content; ` +
    'raise `revision` and say `because: reread` or `because: republished`';
  const suggestion = String(Math.max(...recorded.map((one) => one.revision)) + 1);
  return reject('revision-taken', message, { at: ['revision'], suggestion });
}

/** A reread inherits the date of the revision before it, which stands in the stream of the same partnership. */
function refuseInheritance({ article, revision, published, partnerships }: ReadingDraft, index: ArticleIndex) {
  const before = index.readingsOf(article).filter((one) => one.revision < revision);
  const orphan = partnerships.find((id) => !before.some((one) => one.partnership === id));
  if (published !== null || before.length === 0 || orphan === undefined) return null;
  const message = `published is missing: no earlier revision of article ${article} is on ${orphan}, so nothing is inherited`;
  return reject('nothing-inherited', message, { at: ['published'] });
}

function refusePartnerships({ partnerships }: ReadingDraft, index: ArticleIndex): Rejection | null {
  const unknown = partnerships.find((id) => !index.isReported(id));
  if (unknown === undefined) return null;
  const reported = index.reportedPartnerships();
  return reported.length === 0 ? null : refusePartnership(unknown, partnerships, reported);
}

function refusePartnership(
  partnership: string,
  { length: count }: readonly string[],
  reported: readonly string[],
): Rejection {
  const near = nearestPartnerships(partnership, reported);
  const [suggestion] = near;
  const names = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `there are ${listOf(reported)}`;
  const message = `nothing is recorded about the partnership ${partnership}; ${names}`;
  const at = [count === 1 ? 'partnership' : `partnerships/${partnership}`];
  return reject('unknown-partnership', message, { at, suggestion });
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

/** A copy names an article that is recorded, and the original rather than another copy. */
function refuseCopy({ article, copyOf }: ReadingDraft, index: ArticleIndex): Rejection | null {
  if (copyOf === undefined) return null;
  const refuse = (message: string, suggestion?: string) =>
    reject('wrong-copy', message, { at: ['copyOf'], suggestion });
  if (copyOf === article) return refuse('an article is no copy of itself: leave copyOf out');
  const original = index.readingsOf(copyOf).at(-1);
  if (original === undefined) {
    const [near] = nearest(copyOf, index.articleIds(), { limit: 1 });
    const meant = near === undefined ? '' : `; did you mean ${near}?`;
    return refuse(`article ${copyOf}, of which this is a copy, is not recorded${meant}`, near);
  }
  if (original.copyOf === null) return null;
  return refuse(`article ${copyOf} is itself a copy of ${original.copyOf}: name that`, original.copyOf);
}

/** One text is one article: under a second id it would support its own statements. */
function refuseText({ article, textSha256, copyOf }: ReadingDraft, index: ArticleIndex): Rejection | null {
  const same = index.readingsOfText(textSha256);
  const [first] = same;
  const isOwn = (one: RecordedReading) => one.article === article;
  const isOfCopy = (one: RecordedReading) => one.article === copyOf || one.copyOf === copyOf;
  if (first === undefined || same.some(isOwn) || (copyOf !== undefined && same.some(isOfCopy))) return null;
  const message =
    `article ${first.article}, on ${first.partnership}, has the same text (SHA-256): ` +
    `raise its revision to read it anew, or say \`copyOf: ${first.copyOf ?? first.article}\` if another publisher took it over`;
  return reject('same-text', message, { at: ['textSha256'] });
}

/** The index of a ledger without articles. */
export const noArticles: ArticleIndex = indexOf([]);

/** The index of the articles in a history. */
export function indexOf(events: readonly LedgerEvent[]): ArticleIndex {
  const index = growingIndex();
  events.forEach(index.add);
  return index;
}

/** An index of articles that grows with a history. */
export function growingIndex(): ArticleIndex & { readonly add: (event: LedgerEvent) => void } {
  const ofArticles = new Map<string, ReadingEvent[]>();
  const ofTexts = new Map<string, ReadingEvent[]>();
  // Of each article, the highest revision that was retracted in a stream.
  const retracted = new Map<string, number>();
  let reported: ReadonlySet<string> | null = null;

  const isWithdrawn = ({ stream, read }: ReadingEvent) =>
    (retracted.get(JSON.stringify([stream, read.article])) ?? 0) >= read.revision;
  const later = ({ read: { article, revision } }: ReadingEvent) =>
    (ofArticles.get(article) ?? []).filter(({ read }) => read.revision > revision);
  const isReread = (reading: ReadingEvent) =>
    later(reading).toSorted((a, b) => a.read.revision - b.read.revision)[0]?.read.because === 'reread';
  const isReporting = (reading: ReadingEvent) =>
    reading.read.reports.length > 0 &&
    !isWithdrawn(reading) &&
    later(reading).every(({ stream }) => stream !== reading.stream);
  const partnershipsReported = (): ReadonlySet<string> => {
    reported ??= new Set([...ofArticles.values()].flat().filter(isReporting).map(partnershipOf));
    return reported;
  };

  return {
    add: (event) => {
      if (event.kind === 'reading') {
        addTo(ofArticles, event.read.article, event);
        addTo(ofTexts, event.read.textSha256, event);
      } else if (event.kind === 'retraction') {
        const { article, revision } = event.retracted;
        const key = JSON.stringify([event.stream, article]);
        retracted.set(key, Math.max(retracted.get(key) ?? 0, revision));
      } else return;
      reported = null;
    },
    readingsOf: (id) => (ofArticles.get(id) ?? []).map(toRecordedReading),
    readingsOfText: (text) =>
      (ofTexts.get(text) ?? []).filter((reading) => !isWithdrawn(reading) && !isReread(reading)).map(toRecordedReading),
    articleIds: () => [...ofArticles.keys()].toSorted(),
    isReported: (partnership) => partnershipsReported().has(partnership),
    reportedPartnerships: () => [...partnershipsReported()].toSorted(),
  };
}

function addTo(index: Map<string, ReadingEvent[]>, key: string, reading: ReadingEvent) {
  const readings = index.get(key);
  if (readings === undefined) index.set(key, [reading]);
  else readings.push(reading);
}

function toRecordedReading(reading: ReadingEvent): RecordedReading {
  const { article, revision, digest, textSha256: text, copyOf = null, reports } = reading.read;
  const { position } = reading;
  return {
    article,
    partnership: partnershipOf(reading),
    revision,
    digest,
    text,
    copyOf,
    reports: reports.length,
    position,
  };
}

function partnershipOf({ stream }: ReadingEvent): string {
  return partnershipOfStream(stream) ?? '';
}

/** One index of several, as if what they hold was recorded in this order. */
export function joinIndexes(...indexes: readonly ArticleIndex[]): ArticleIndex {
  return {
    readingsOf: (article) => indexes.flatMap((index) => index.readingsOf(article)),
    readingsOfText: (text) => indexes.flatMap((index) => index.readingsOfText(text)),
    articleIds: () => [...new Set(indexes.flatMap((index) => index.articleIds()))].toSorted(),
    isReported: (partnership) => indexes.some((index) => index.isReported(partnership)),
    reportedPartnerships: () => [...new Set(indexes.flatMap((index) => index.reportedPartnerships()))].toSorted(),
  };
}
