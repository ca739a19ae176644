import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { App, type PageState } from './app.ts';

/** A page as an HTML document, which can be read without script. The script takes the state from it. */
export function renderPage(state: PageState, assets: PageAssets): string {
  const { title, take } = state;
  const script =
    assets.script === null
      ? ''
      : `<script type="application/json" id="state">${stateText(state)}</script><script type="module" src="${assets.script}"></script>`;
  const alternates = take.map(({ type, text, href }) =>
    type === undefined
      ? ''
      : `<link rel="alternate" type="${type}" title="${escapeText(text)}" href="${escapeText(href)}">`,
  );
  const body = renderToString(h(App, { state, live: null }));
  return htmlDocument(title, `<div id="page">${body}</div>${script}`, assets, alternates.join(''));
}

/** An HTML document with the style of the pages; `more` goes into its head. */
export function htmlDocument(title: string, body: string, { style, font, icon }: PageAssets, more: string): string {
  const links = [
    icon === null ? '' : `<link rel="icon" href="${icon}">`,
    font === null ? '' : `<link rel="preload" href="${font}" as="font" type="font/woff2" crossorigin>`,
    style === null ? '' : `<link rel="stylesheet" href="${style}">`,
  ];
  const head =
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">' +
    `<meta name="color-scheme" content="light dark"><title>${escapeText(title)}</title>${links.join('')}${more}`;
  return `<!doctype html><html lang="en"><head>${head}</head><body>${body}</body></html>`;
}

/** Where the files of the page are; null where they were not built. */
export type PageAssets = {
  readonly style: string | null;
  readonly font: string | null;
  readonly script: string | null;
  readonly icon: string | null;
};

/** The state as JSON that cannot end its script element. */
export function stateText(state: PageState): string {
  return JSON.stringify(state).replaceAll('<', '\\u003c');
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
