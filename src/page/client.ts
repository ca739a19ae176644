import { h, hydrate, render } from 'preact';
import { clocksIn } from './address.ts';
import { App, type PageState } from './app.ts';
import { Decide } from './live/decide.ts';
import { type News, newsListener, newsText } from './live/news.ts';
import { Verify } from './live/verify.ts';
import { Write } from './live/write.ts';
import type { Live } from './time-bar.ts';
import { type Tools, ToolsContext } from './tools.ts';

/**
 * Brings a page to life: the slider, play, the keys, going back and forward. Each state comes from the address that it
 * has, so a page that is shared or reloaded shows the same.
 */
function start(root: HTMLElement, first: PageState): void {
  let state = first;
  let playing: ReturnType<typeof setInterval> | null = null;
  let wanted = location.href;
  let movedAt = Number.NEGATIVE_INFINITY;
  let news: Live['news'] = null;
  let unseen: readonly News[] = [];
  const known = new Map([[location.href, first]]);

  const draw = () => {
    const live = { step, play, isPlaying: playing !== null, lettersOn: lettersOn(), toggleLetters, news };
    render(h(ToolsContext.Provider, { value: tools }, h(App, { state, live })), root);
  };

  const show = (next: PageState) => {
    state = next;
    document.title = next.title;
    draw();
    listener.follow(next.follow);
  };

  // A page of now shows at once what is new; one of another day says that there is something. What somebody is writing
  // stays as it is.
  const listener = newsListener((events) => void hear(events));
  async function hear(events: readonly News[]): Promise<void> {
    known.clear();
    unseen = [...unseen, ...events];
    const asked = wanted;
    const next = await fetchState(asked);
    if (next === null || asked !== wanted) return;
    const text = newsText(unseen);
    const showNext = (words: string) => {
      unseen = [];
      news = { text: words, show: null };
      showInPlace(next);
    };
    if (saysTheSame(next, state)) showNext('');
    else if (isOfNow(asked) && !isBeingWritten(next)) showNext(`The page shows ${text}.`);
    else {
      news = { text, show: () => showNext(`The page shows ${text}.`) };
      draw();
    }
  }

  // What has the focus keeps it, or what stands for it now.
  function showInPlace(next: PageState): void {
    const focused = document.activeElement;
    const href = focused?.getAttribute('href') ?? null;
    show(next);
    if (focused === null || focused === document.activeElement) return;
    const same = href === null ? null : document.querySelector<HTMLElement>(`main a[href="${CSS.escape(href)}"]`);
    (same ?? document.querySelector<HTMLElement>('#main'))?.focus({ preventScroll: true });
  }

  async function load(href: string, isNew: boolean): Promise<void> {
    wanted = new URL(href, location.href).href;
    news = null;
    unseen = [];
    if (isNew) {
      // What follows within a moment belongs to the same move of the slider.
      const isSameMove = performance.now() - movedAt < sameMoveMs;
      history[isSameMove ? 'replaceState' : 'pushState'](null, '', wanted);
      movedAt = performance.now();
    }
    const asked = wanted;
    const next = known.get(asked) ?? (await fetchState(asked));
    if (next === null) location.assign(asked);
    else {
      remember(known, asked, next);
      if (asked === wanted) show(next);
    }
  }

  function step(index: number): void {
    const steps = state.bar?.steps ?? [];
    const target = steps[Math.max(0, Math.min(index, steps.length - 1))];
    if (state.bar === null || target === undefined) return;
    // The thumb follows the hand; the page follows as soon as its state is there.
    show({
      ...state,
      bar: { ...state.bar, steps: steps.map((one, i) => ({ ...one, place: placeOf(i, steps.indexOf(target)) })) },
    });
    void load(target.href, true);
  }

  const chosen = () => state.bar?.steps.findIndex(({ place }) => place === 'chosen') ?? -1;
  const last = () => (state.bar?.steps.length ?? 0) - 1;

  function stop(): void {
    if (playing !== null) clearInterval(playing);
    playing = null;
    draw();
  }

  function play(): void {
    if (playing !== null) {
      stop();
      return;
    }
    if (chosen() >= last()) step(0);
    // Without motion, play makes one step at a time.
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      step(chosen() + 1);
      return;
    }
    playing = setInterval(() => (chosen() >= last() ? stop() : step(chosen() + 1)), playStepMs);
    draw();
  }

  function toggleLetters(): void {
    localStorage.setItem(lettersKey, lettersOn() ? 'off' : 'on');
    draw();
  }

  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => step(chosen() - 1),
    ArrowRight: () => step(chosen() + 1),
    Home: () => step(0),
    End: () => step(last()),
    ' ': play,
    g: () => focusOn('#go-to'),
    c: () => follow('a[href*="/compare"]'),
    '1': () => follow('.ck:nth-of-type(1) a'),
    '2': () => follow('.ck:nth-of-type(2) a'),
    '3': () => follow('.ck:nth-of-type(3) a'),
    '/': () => (document.querySelector('#search') === null ? follow('nav a[href^="/search"]') : focusOn('#search')),
    ArrowDown: () => moveRow(1),
    ArrowUp: () => moveRow(-1),
    '?': () => document.querySelector<HTMLDialogElement>('#keys')?.showModal(),
  };

  document.addEventListener('keydown', (event) => {
    const action = keys[event.key];
    if (action === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || (event.key === ' ' && isPressed(event.target))) return;
    const isMove = event.key.startsWith('Arrow') || event.key === 'Home' || event.key === 'End';
    if (!isMove && event.key !== ' ' && !lettersOn()) return;
    // A slider moves by itself; without one, and in a dialog, the keys mean what they mean on any page.
    const isAcross = isMove && event.key !== 'ArrowUp' && event.key !== 'ArrowDown';
    if (isMove && event.target instanceof HTMLInputElement) return;
    if ((isAcross && last() < 1) || document.querySelector('dialog[open]') !== null) return;
    event.preventDefault();
    action();
  });

  // Links of the time bar change the clocks in place; all others open a page.
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || link.closest('.clock') === null || event.defaultPrevented) return;
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void load(link.href, true);
  });

  window.addEventListener('popstate', () => void load(location.href, false));

  hydrate(h(ToolsContext.Provider, { value: null }, h(App, { state, live: null })), root);
  draw();
  listener.follow(state.follow);
}

// Whether two states differ at most in the events that they rest on.
function saysTheSame(one: PageState, other: PageState): boolean {
  const said = ({ view, nav, notice, bar }: PageState) => JSON.stringify([view, nav, notice, bar]);
  return said(one) === said(other);
}

// No clock is set.
function isOfNow(href: string): boolean {
  const { timing: _timing, slider: _slider, ...set } = clocksIn(Object.fromEntries(new URL(href).searchParams));
  return Object.keys(set).length === 0;
}

function isBeingWritten({ view }: PageState): boolean {
  return (
    formViews.has(view.kind) || (isTyping(document.activeElement) && document.activeElement?.closest('main') !== null)
  );
}

// Views in which people write.
const formViews: ReadonlySet<string> = new Set(['decide', 'write']);

const tools: Tools = { Verify, Decide, Write };

const sameMoveMs = 800;

const playStepMs = 1_000;

const lettersKey = 'single-letter keys';

function lettersOn(): boolean {
  return localStorage.getItem(lettersKey) !== 'off';
}

function placeOf(index: number, chosen: number): 'past' | 'chosen' | 'to come' {
  if (index === chosen) return 'chosen';
  return index < chosen ? 'past' : 'to come';
}

// Null where there is no such state: the browser then opens the address and shows why.
async function fetchState(href: string): Promise<PageState | null> {
  try {
    const answer = await fetch(href, { headers: { accept: 'application/vnd.partnership-ledger.page+json' } });
    return answer.ok ? ((await answer.json()) as PageState) : null;
  } catch {
    return null;
  }
}

const mostRemembered = 60;

function remember(known: Map<string, PageState>, href: string, state: PageState): void {
  known.delete(href);
  known.set(href, state);
  const [oldest] = known.keys();
  if (known.size > mostRemembered && oldest !== undefined) known.delete(oldest);
}

function isTyping(target: EventTarget | null): boolean {
  const fields = 'input:not([type=range], [type=checkbox]), textarea, select, [contenteditable]';
  return target instanceof HTMLElement && target.closest(fields) !== null;
}

// A space presses what it is on.
function isPressed(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('button, summary, a') !== null;
}

function focusOn(selector: string): void {
  const field = document.querySelector(selector);
  if (field instanceof HTMLInputElement) {
    field.focus();
    field.select();
  }
}

function follow(selector: string): void {
  const link = document.querySelector(selector);
  if (link instanceof HTMLElement) link.click();
}

function moveRow(by: number): void {
  const links = [...document.querySelectorAll<HTMLElement>('main a[href]')].filter((link) => link.checkVisibility());
  const at = document.activeElement instanceof HTMLElement ? links.indexOf(document.activeElement) : -1;
  links[at === -1 ? 0 : Math.max(0, Math.min(at + by, links.length - 1))]?.focus();
}

const root = document.querySelector<HTMLElement>('#page');
const text = document.querySelector('#state')?.textContent;
if (root !== null && text) start(root, JSON.parse(text) as PageState);
