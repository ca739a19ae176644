import { Component, type ComponentChild, h } from 'preact';
import { ArticlePage, Articles, type ArticlesView, type ArticleView } from './article.ts';
import { Audit, type AuditView } from './audit.ts';
import { Brief, type BriefView } from './brief.ts';
import { Compare, type CompareView } from './compare.ts';
import { Contested, type ContestedView } from './contest.ts';
import { Decide } from './decide.ts';
import { Drift, type DriftView } from './drift.ts';
import { Fact, type FactView } from './fact.ts';
import { Sprite } from './glyphs.ts';
import { type Home, HomeView } from './home.ts';
import { Keys } from './keys.ts';
import { type Overview, OverviewView } from './overview.ts';
import { type Problem, ProblemView } from './problem.ts';
import { Rollout, type RolloutView } from './rollout.ts';
import { Search, type SearchView } from './search.ts';
import { SignIn, type SignInView } from './sign-in.ts';
import { Silence, type SilenceView } from './silence.ts';
import { TakeAlong, type TakeLink } from './take.ts';
import { type Bar, type Live, TimeBar } from './time-bar.ts';
import { Timeline, type TimelineView } from './timeline.ts';
import type { DecideView, WriteView } from './tools.ts';
import { Write } from './write.ts';

/** A page: where one is, where one can go, through which clocks one looks, and the view itself. */
export type PageState = {
  readonly title: string;
  readonly partnership: { readonly name: string; readonly href: string } | null;
  readonly home: string;
  readonly nav: readonly NavLink[];
  /** Null for a page that does not depend on the clocks. */
  readonly bar: Bar | null;
  readonly notice: { readonly text: string; readonly href: string | null } | null;
  readonly view: View;
  /** What can be taken along from here. */
  readonly take: readonly TakeLink[];
  /** The last event that the page rests on; it stands at the foot, also in print. Null for a page of a problem. */
  readonly position: number | null;
  /** The address of this page for good. */
  readonly cite: string | null;
  /** Where the events are sent that may change it; null where nothing can: the recorded clock is set. */
  readonly follow: string | null;
  /** Who is signed in, where reading needs that. */
  readonly reader?: string;
};

export type View =
  | Home
  | Overview
  | TimelineView
  | RolloutView
  | ContestedView
  | SilenceView
  | DriftView
  | CompareView
  | BriefView
  | ArticlesView
  | ArticleView
  | AuditView
  | FactView
  | SearchView
  | DecideView
  | WriteView
  | SignInView
  | Problem;

export type NavLink = {
  readonly name: string;
  readonly href: string;
  readonly isCurrent: boolean;
  /** How many there are of it, where that asks for attention. */
  readonly count: number | null;
};

/** The whole page as a function of its state. `live` is there once the script runs. */
export function App({ state, live }: { readonly state: PageState; readonly live: Live | null }): ComponentChild {
  const { bar, notice, view, take } = state;
  return [
    h(Sprite, { key: 'sprite' }),
    h('a', { class: 'skip', href: '#main', key: 'skip' }, 'Skip to the content'),
    h(Top, { state, key: 'top' }),
    bar === null ? null : h(TimeBar, { bar, live, key: 'bar' }),
    live === null ? null : h(News, { live, key: 'news' }),
    h(
      'main',
      { id: 'main', key: 'main', tabIndex: -1 },
      notice === null ? null : h(Notice, { notice }),
      h(ViewOf, { view }),
    ),
    h(TakeAlong, { links: take, key: 'take' }),
    h(Foot, { state, key: 'foot' }),
    live === null ? null : h(Keys, { live, key: 'keys' }),
  ];
}

function Top({ state: { home, partnership, nav } }: { readonly state: PageState }): ComponentChild {
  return h(
    'header',
    { class: 'top' },
    h(
      'div',
      { class: 'wrap' },
      h('a', { class: 'brand', href: home }, 'Partnership Ledger'),
      partnership === null ? null : h('a', { class: 'deal', href: partnership.href }, partnership.name),
      nav.length === 0
        ? null
        : h(
            'nav',
            { 'aria-label': 'Views' },
            nav.map(({ name, href, isCurrent, count }) =>
              h(
                'a',
                {
                  href,
                  class: isCurrent ? 'on' : undefined,
                  'aria-current': isCurrent ? 'page' : undefined,
                  key: name,
                },
                name,
                count === null ? null : h('sup', null, count),
              ),
            ),
          ),
    ),
  );
}

function Notice({ notice: { text, href } }: { readonly notice: NonNullable<PageState['notice']> }): ComponentChild {
  return h(
    'div',
    { class: 'wrap' },
    h(
      'p',
      { class: 'notice' },
      text,
      href === null ? null : [' ', h('a', { class: 'link', href, key: 'try' }, 'Look there')],
    ),
  );
}

// What was recorded since the page was drawn. The region is there before it says anything: only then it is read out.
function News({ live: { news } }: { readonly live: Live }): ComponentChild {
  return h(
    'div',
    { class: 'wrap', role: 'status' },
    news === null
      ? null
      : h(
          'p',
          { class: news.show === null ? 'vh' : 'news' },
          news.text,
          news.show === null ? null : [' ', h('button', { type: 'button', onClick: news.show, key: 'show' }, 'Show')],
        ),
  );
}

// Drawn again only for another view: while the thumb of the slider moves, the view stays.
class ViewOf extends Component<{ readonly view: View }> {
  override shouldComponentUpdate(next: { readonly view: View }): boolean {
    return next.view !== this.props.view;
  }

  override render(): ComponentChild {
    return viewOf(this.props.view);
  }
}

function viewOf(view: View): ComponentChild {
  switch (view.kind) {
    case 'home':
      return h(HomeView, { view });
    case 'overview':
      return h(OverviewView, { view });
    case 'rollout':
      return h(Rollout, { view });
    case 'silence':
      return h(Silence, { view });
    case 'drift':
      return h(Drift, { view });
    case 'brief':
      return h(Brief, { view });
    case 'compare':
      return h(Compare, { view });
    case 'articles':
      return h(Articles, { view });
    case 'article':
      return h(ArticlePage, { view });
    case 'audit':
      return h(Audit, { view });
    case 'search':
      return h(Search, { view });
    case 'fact':
      return h(Fact, { view });
    case 'write':
      return h(Write, { view });
    case 'decide':
      return h(Decide, { view });
    case 'contested':
      return h(Contested, { view });
    case 'timeline':
      return h(Timeline, { view });
    case 'sign-in':
      return h(SignIn, { view });
    case 'problem':
      break;
  }
  return h(ProblemView, { view });
}

function Foot({ state: { position, cite, reader } }: { readonly state: PageState }): ComponentChild {
  const rests =
    position === null
      ? ''
      : position === 0
        ? 'Nothing is recorded on this yet. '
        : `Rests on the ledger up to event ${position}. `;
  return h(
    'footer',
    { class: 'foot' },
    h(
      'div',
      { class: 'wrap' },
      `${rests}Articles are evidence: a plan is no event, and silence is no breach.`,
      cite === null
        ? null
        : [' ', h('a', { class: 'link', href: cite, key: 'cite' }, 'Address of this state for good')],
      ' ',
      h('a', { class: 'link', href: '/docs' }, 'The API'),
      reader === undefined
        ? null
        : [' ', h('a', { class: 'link', href: '/sign-in', key: 'who' }, `Signed in as ${reader}`)],
    ),
  );
}
