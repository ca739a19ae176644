import type { Evidence } from '../domain/evidence.ts';
import type { Silent } from './shapes/silence.ts';

const beginning = '0000-01-01';
const end = '9999-12-31';
function greatest(days: readonly string[]): string {
  return days.reduce((a, b) => (a > b ? a : b));
}

/** When the last of some reports was published, and every article that may have been it. */
export function lastReported(evidence: readonly Evidence[]): Silent['lastReported'] {
  const earliest = greatest(evidence.map(({ published }) => published?.earliest ?? beginning));
  const latest = greatest(evidence.map(({ published }) => published?.latest ?? end));
  const last = evidence.filter(({ published }) => (published?.latest ?? end) >= earliest);
  const whole = last.find(
    ({ published }) => published?.earliest === earliest && published.latest === latest,
  )?.published;
  const articles = [...new Set(last.map(({ report }) => report.metadata.article))].toSorted();
  const [from, to] = [earliest === beginning ? null : earliest, latest === end ? null : latest];
  return {
    edtf: whole?.edtf ?? `[${from ?? ''}..${to ?? ''}]`,
    earliest: from,
    latest: to,
    articles,
    tie: articles.length > 1,
  };
}
