import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { App, type PageState } from './app.ts';

/** A page as an HTML document, which can be read without script. The script takes the state from it. */
export function renderPage(state: PageState, assets: PageAssets): string {
  const { title, take } = state;
  const styles = assets.style === null ? '' : `<link rel="stylesheet" href="${assets.style}">`;
  const font =
    assets.font === null ? '' : `<link rel="preload" href="${assets.font}" as="font" type="font/woff2" crossorigin>`;
  const icon = assets.icon === null ? '' : `<link rel="icon" href="${assets.icon}">`;
  const script =
    assets.script === null
      ? ''
      : `<script type="application/json" id="state">${stateText(state)}</script><script type="module" src="${assets.script}"></script>`;
  const alternates = take.map(({ type, text, href }) =>
    type === undefined
      ? ''
      : `<link rel="alternate" type="${type}" title="${escapeText(text)}" href="${escapeText(href)}">`,
  );
  const head =
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">' +
    `<meta name="color-scheme" content="light dark"><title>${escapeText(title)}</title>${icon}${font}${styles}${alternates.join('')}`;
  const body = renderToString(h(App, { state, live: null }));
  return `<!doctype html><html lang="en"><head>${head}</head><body><div id="page">${body}</div>${script}</body></html>`;
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
