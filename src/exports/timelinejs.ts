import { factPath } from '../page/address.ts';
import { type AnyDate, capitalise, dateWords, statusWords } from '../page/words.ts';
import type { Entry, timelineAnswer } from '../projections/timeline.ts';
import { sourcesText } from './columns.ts';
import type { Export, Place } from './formats.ts';
import { toHtml } from './html.ts';

/**
 * The timeline as data for TimelineJS (https://timeline.knightlab.com). An uncertain date is shown in words. TimelineJS
 * cannot place a fact without a day, so that is left out.
 */
export const timelineJs: Export<ReturnType<typeof timelineAnswer>> = {
  format: 'timelinejs',
  name: 'timeline',
  // A long list comes page by page, and the pages together are one document.
  text: ({ entries, next }, place) => {
    const events = entries.flatMap((entry) => eventOf(entry, place)).map((event) => JSON.stringify(event));
    const beginning = place.isFirst ? '{"scale":"human","events":[' : '';
    const comma = place.isFirst || events.length === 0 ? '' : ',';
    return `${beginning}${comma}${events.join(',')}${typeof next === 'string' ? '' : ']}'}`;
  },
};

function eventOf(entry: Entry, { origin }: Place) {
  const { fact, title, summary, status, occurred, planned, links } = entry;
  const date = occurred ?? planned;
  const [start, end] = [date?.earliest ?? date?.latest, date?.latest ?? date?.earliest];
  if (date === null || start == null || end == null) return [];
  const partnership = decodeURIComponent(links.fact.split('/')[3] ?? '');
  const headline = status === 'happened' ? title : `${capitalise(statusWords(entry))}: ${title}`;
  const link = `${origin}${factPath(partnership, fact)}`;
  const words = `<p>${toHtml(summary)}</p><p><a href="${toHtml(link)}">Articles ${toHtml(sourcesText(entry))}</a></p>`;
  return [
    {
      unique_id: fact,
      group: capitalise((fact.split('/')[0] ?? '').replaceAll('-', ' ')),
      start_date: dayOf(start),
      ...(end === start ? {} : { end_date: dayOf(end) }),
      display_date: dateWords(date satisfies AnyDate),
      text: { headline: toHtml(headline), text: words },
    },
  ];
}

function dayOf(day: string) {
  const [year, month, date] = day.split('-').map(Number);
  return { year, month, day: date };
}
