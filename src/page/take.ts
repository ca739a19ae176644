import { type ComponentChild, h } from 'preact';
import { addressOf, type Clocks, embedPath, partnershipPath, withClocks } from './address.ts';

/** What can be taken along from a page of a partnership, through the clocks of the page. */
export function takeAlong(
  partnership: string,
  { page, path }: Place,
  clocks: Clocks,
  own: OwnParameters,
  embedHost: string | null,
): readonly TakeLink[] {
  const base = `/api/partnerships/${encodeURIComponent(partnership)}`;
  const through = withClocks(clocks, { slider: null });
  const table = tables[page];
  const kept = Object.fromEntries((table?.keeps ?? []).map((name) => [name, own[name] ?? null]));
  return [
    ...citationsOf(path, through),
    ...(table === undefined
      ? []
      : [
          {
            text: table.text,
            href: addressOf(`${base}/${table.view}.${table.form ?? 'csv'}`, through, { ...kept, ...table.sets }),
          },
        ]),
    ...(page === 'Briefing'
      ? []
      : [{ text: 'Briefing', href: addressOf(`${partnershipPath(partnership)}/brief`, clocks) }]),
    { text: 'Calendar', href: addressOf(`${base}/calendar.ics`, through), type: 'text/calendar' },
    { text: 'Feed', href: `${base}/feed.atom`, type: 'application/atom+xml' },
    ...(page === 'Timeline' && embedHost !== null ? [embedOf(partnership, through, own, embedHost)] : []),
  ];
}

// The frame takes the scheme of the page that it stands in: behind a proxy this server does not know its own.
function embedOf(partnership: string, clocks: Clocks, own: OwnParameters, host: string): TakeLink {
  const href = addressOf(embedPath(partnership), clocks, own);
  const src = `//${host}${href}`.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const title = `Timeline of ${partnership}, from Partnership Ledger`;
  const copy = `<iframe src="${src}" title="${title}" width="100%" height="600" loading="lazy" style="border:0"></iframe>`;
  return { text: 'Embed', href, copy };
}

type Place = { readonly page: string; readonly path: string };

// Articles and facts can be cited.
function citationsOf(path: string, clocks: Clocks): readonly TakeLink[] {
  if (!/^\/articles\/|\/facts\//.test(path)) return [];
  return [
    { text: 'Citation (BibTeX)', href: addressOf(`/api${path}/citation.bib`, clocks) },
    { text: 'Citation (CSL-JSON)', href: addressOf(`/api${path}/citation.csl.json`, clocks) },
  ];
}

type OwnParameters = Readonly<Record<string, string | null>>;

/**
 * `type`: the media type of a link that programs look for in the head of a page. `copy`: a text to copy into another
 * page.
 */
export type TakeLink = {
  readonly text: string;
  readonly href: string;
  readonly type?: string;
  readonly copy?: string;
};

type Table = {
  readonly text: string;
  readonly view: string;
  readonly form?: string;
  /** The parameters of the page that the table takes too. */
  readonly keeps?: readonly string[];
  readonly sets?: Readonly<Record<string, string>>;
};

const tables: Readonly<Record<string, Table>> = {
  Briefing: { text: 'Briefing (Markdown)', view: 'brief', form: 'md', keeps: ['since'] },
  Overview: { text: 'Promises (CSV)', view: 'obligations' },
  Timeline: { text: 'Timeline (CSV)', view: 'timeline', keeps: ['status'] },
  Rollout: { text: 'Rollout (CSV)', view: 'rollout' },
  Contested: { text: 'Contested facts (CSV)', view: 'timeline', sets: { contested: 'true' } },
  Silence: { text: 'Silence (CSV)', view: 'silence' },
  Drift: { text: 'Drift (CSV)', view: 'drift' },
  Audit: { text: 'Audit trail (CSV)', view: 'audit', keeps: ['article', 'actor', 'effect'] },
};

/** The links to what can be taken along, at the end of a page. */
export function TakeAlong({ links }: { readonly links: readonly TakeLink[] }): ComponentChild {
  if (links.length === 0) return null;
  return h(
    // Not `nav`: that is for the views of the page.
    'section',
    { class: 'take', 'aria-label': 'Take along' },
    h(
      'p',
      { class: 'wrap n' },
      'Take along: ',
      links.map(({ text, href, type }, i) => [
        i === 0 ? null : ' · ',
        h('a', { class: 'link', href, key: href, ...(type === undefined ? {} : { type }) }, text),
      ]),
    ),
    links.map(({ text, copy }) => (copy === undefined ? null : h(Snippet, { text, copy, key: text }))),
  );
}

// A click selects all of it, also without script.
function Snippet({ text, copy }: { readonly text: string; readonly copy: string }): ComponentChild {
  return h(
    'details',
    { class: 'wrap n snippet' },
    h('summary', null, `${text}: copy this into your page`),
    h('code', null, copy),
  );
}
