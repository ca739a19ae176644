import { h, hydrate, render } from 'preact';
import { clocksIn } from './address.ts';
import { App, type PageState } from './app.ts';
import { Decide } from './live/decide.ts';
import { focusOn, follow, isTyping, lettersOn, listenForKeys, moveRow, toggleLetters } from './live/keys.ts';
import { type News, newsListener, newsText } from './live/news.ts';
import { type Player, player } from './live/player.ts';
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
  let wanted = location.href;
  let movedAt = Number.NEGATIVE_INFINITY;
  let news: Live['news'] = null;
  let unseen: readonly News[] = [];
  const states = pageStates(location.href, first);

  const draw = () => {
    const switchLetters = () => {
      toggleLetters();
      draw();
    };
    const { play, isPlaying } = slider;
    const live = {
      step: slider.goTo,
      play,
      isPlaying: isPlaying(),
      lettersOn: lettersOn(),
      toggleLetters: switchLetters,
      news,
    };
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
    states.forget();
    unseen = [...unseen, ...events];
    const asked = wanted;
    const next = await states.get(asked);
    if (next === null || asked !== wanted) return;
    const text = newsText(unseen);
    const showNext = (words: string) => {
      unseen = [];
      news = { text: words, show: null };
      keepingFocus(() => show(next));
    };
    if (saysTheSame(next, state)) showNext('');
    else if (isOfNow(asked) && !isBeingWritten(next)) showNext(`The page shows ${text}.`);
    else {
      news = { text, show: () => showNext(`The page shows ${text}.`) };
      draw();
    }
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
    const next = await states.get(asked);
    if (next === null) location.assign(asked);
    else if (asked === wanted) show(next);
  }

  const slider = player({
    steps: () => state.bar?.steps ?? [],
    move: (index, target) => {
      if (state.bar === null) return;
      // The thumb follows the hand; the page follows as soon as its state is there.
      const steps = state.bar.steps.map((one, i) => ({ ...one, place: placeOf(i, index) }));
      show({ ...state, bar: { ...state.bar, steps } });
      void load(target.href, true);
    },
    changed: () => draw(),
  });

  listenForKeys(keysOf(slider));

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
  foldLanes();
  showCurrentView();
  listener.follow(state.follow);
  // From here on, what a step brings may move.
  requestAnimationFrame(() => root.classList.add('live'));
}

// On a phone a timeline begins with its lanes folded, but for the deal: their names and counts fit the screen. Without
// script they are open.
function foldLanes(): void {
  const lanes = [...document.querySelectorAll<HTMLDetailsElement>('.lane')];
  if (lanes.length < 4 || !matchMedia('(max-width: 640px)').matches) return;
  for (const [i, lane] of lanes.entries()) if (i !== 1) lane.open = false;
}

// On a narrow screen the names of the views scroll sideways: the current one is brought into sight.
function showCurrentView(): void {
  const current = document.querySelector<HTMLElement>('nav [aria-current]');
  const views = current?.parentElement;
  if (!current || !views) return;
  const [place, frame] = [current.getBoundingClientRect(), views.getBoundingClientRect()];
  views.scrollLeft += place.left + place.width / 2 - (frame.left + frame.width / 2);
}

// What each key does. A slider moves by itself; where there is none, its keys mean what they mean on any page.
function keysOf({ goTo, play, chosen, last }: Player) {
  const across: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => goTo(chosen() - 1),
    ArrowRight: () => goTo(chosen() + 1),
    Home: () => goTo(0),
    End: () => goTo(last()),
  };
  const others: Readonly<Record<string, () => void>> = {
    ' ': play,
    ArrowDown: () => moveRow(1),
    ArrowUp: () => moveRow(-1),
    Escape: goBack,
    g: () => focusOn('#go-to'),
    c: () => follow('a[href*="/compare"]'),
    '1': () => follow('.ck:nth-of-type(1) a'),
    '2': () => follow('.ck:nth-of-type(2) a'),
    '3': () => follow('.ck:nth-of-type(3) a'),
    '/': () => (document.querySelector('#search') === null ? follow('nav a[href^="/search"]') : focusOn('#search')),
    '?': () => document.querySelector<HTMLDialogElement>('#keys')?.showModal(),
  };
  return ({ key, target }: KeyboardEvent): (() => void) | null => {
    const isMove = key in across || key === 'ArrowDown' || key === 'ArrowUp';
    if (isMove && target instanceof HTMLInputElement) return null;
    if (key === ' ' || key in across) return last() < 1 ? null : (across[key] ?? play);
    return others[key] ?? null;
  };
}

// To the page before or, for whoever came from elsewhere, to the partnership.
function goBack(): void {
  if (document.referrer.startsWith(location.origin)) history.back();
  else follow('.deal');
}

// The states that were seen, by their addresses, so that going back and forward asks nobody.
function pageStates(href: string, first: PageState) {
  const known = new Map([[href, first]]);
  return {
    forget: () => known.clear(),
    /** Null where there is no such state: the browser then opens the address and shows why. */
    get: async (asked: string): Promise<PageState | null> => {
      const state = known.get(asked) ?? (await fetchState(asked));
      if (state === null) return null;
      known.delete(asked);
      known.set(asked, state);
      const [oldest] = known.keys();
      if (known.size > mostRemembered && oldest !== undefined) known.delete(oldest);
      return state;
    },
  };
}

const mostRemembered = 60;

async function fetchState(href: string): Promise<PageState | null> {
  try {
    const answer = await fetch(href, { headers: { accept: 'application/vnd.partnership-ledger.page+json' } });
    return answer.ok ? ((await answer.json()) as PageState) : null;
  } catch {
    return null;
  }
}

// What has the focus keeps it, or what stands for it now.
function keepingFocus(show: () => void): void {
  const focused = document.activeElement;
  const href = focused?.getAttribute('href') ?? null;
  show();
  if (focused === null || focused === document.activeElement) return;
  const same = href === null ? null : document.querySelector<HTMLElement>(`main a[href="${CSS.escape(href)}"]`);
  (same ?? document.querySelector<HTMLElement>('#main'))?.focus({ preventScroll: true });
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
const formViews: ReadonlySet<string> = new Set(['decide', 'write', 'sign-in']);

const tools: Tools = { Verify, Decide, Write };

const sameMoveMs = 800;

function placeOf(index: number, chosen: number): 'past' | 'chosen' | 'to come' {
  if (index === chosen) return 'chosen';
  return index < chosen ? 'past' : 'to come';
}

const root = document.querySelector<HTMLElement>('#page');
const text = document.querySelector('#state')?.textContent;
if (root !== null && text) start(root, JSON.parse(text) as PageState);
