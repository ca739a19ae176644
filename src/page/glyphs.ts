import { type ComponentChild, type ComponentChildren, h } from 'preact';
import { type FactStatus, plain, statusWords } from './words.ts';

/** A sign of the page: a drawing from the sprite. It is always beside a word that says the same. */
export function Glyph({ name, big = false }: { readonly name: GlyphName; readonly big?: boolean }): ComponentChild {
  return h(
    'svg',
    { class: big ? 'g big' : 'g', width: 16, height: 16, 'aria-hidden': 'true' },
    h('use', { href: `#g-${name}` }),
  );
}

export type GlyphName = keyof typeof drawings;

/** All signs, once in a document. */
export function Sprite(): ComponentChild {
  return h(
    'svg',
    { class: 'sprite', width: 0, height: 0, 'aria-hidden': 'true' },
    h(
      'defs',
      null,
      ...Object.entries(drawings).map(([name, markup]) =>
        h('symbol', { id: `g-${name}`, viewBox: '0 0 16 16', dangerouslySetInnerHTML: { __html: markup } }),
      ),
      h(
        'pattern',
        { id: 'dots-pattern', width: 4.5, height: 4, patternUnits: 'userSpaceOnUse' },
        h('rect', { width: 1.6, height: 4, fill: '#fff' }),
      ),
      h(
        'mask',
        { id: 'dots', maskUnits: 'userSpaceOnUse', x: 0, y: 0, width: 8000, height: 60 },
        h('rect', { width: 8000, height: 60, fill: 'url(#dots-pattern)' }),
      ),
      fade('fade-in', '#000', '#999'),
      fade('fade-out', '#999', '#000'),
    ),
  );
}

// A mask: what is black in it does not show.
function fade(id: string, from: string, to: string): ComponentChild {
  return [
    h(
      'linearGradient',
      { id: `${id}-shade` },
      h('stop', { offset: 0, 'stop-color': from }),
      h('stop', { offset: 1, 'stop-color': to }),
    ),
    h(
      'mask',
      { id, maskContentUnits: 'objectBoundingBox' },
      h('rect', { width: 1, height: 1, fill: `url(#${id}-shade)` }),
    ),
  ];
}

const ring = '<circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" stroke-width="1.75"/>';
const wide = '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.75"/>';
const box = '<rect x="3" y="3" width="10" height="10" fill="none" stroke="currentColor" stroke-width="1.75"/>';
const solid = '<rect x="2" y="2" width="12" height="12" fill="currentColor"/>';
const dashed = 'fill="none" stroke="currentColor" stroke-width="1.4" stroke-dasharray="2 1.7"';
const away = '<path d="M7 8h7M11.3 5.2 14.2 8l-2.9 2.8" fill="none" stroke="currentColor" stroke-width="1.75"/>';

// Events are circles, promises are squares; fuller means further.
const drawings = {
  planned: ring,
  due: `${ring}<path d="M8 3a5 5 0 0 1 0 10z" fill="currentColor"/>`,
  overdue: `${wide}<path d="M8 4.6v4.1M8 10.6v1" stroke="currentColor" stroke-width="1.9"/>`,
  happened: '<circle cx="8" cy="8" r="5.4" fill="currentColor"/>',
  perhaps: `<circle cx="8" cy="8" r="5.2" fill="currentColor" fill-opacity=".28" stroke="currentColor" stroke-width="1.4" stroke-dasharray="2 1.7"/>`,
  'perhaps-planned': `<circle cx="8" cy="8" r="5.2" ${dashed}/>`,
  denied: `${ring}<path d="M3 13 13 3" stroke="currentColor" stroke-width="1.75"/>`,
  cancelled: `${wide}<path d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2" stroke="currentColor" stroke-width="1.75"/>`,
  postponed: `<circle cx="5.5" cy="8" r="4" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="1.6 1.6"/>${away}`,
  'on-hold': `${wide}<path d="M6.4 5.4v5.2M9.6 5.4v5.2" stroke="currentColor" stroke-width="1.75"/>`,
  guess:
    '<circle cx="8" cy="8" r="5.2" fill="none" stroke="currentColor" stroke-width="1.75" stroke-dasharray=".1 3.16" stroke-linecap="round"/>',
  none: '<circle cx="8" cy="8" r="1.5" fill="currentColor"/>',
  contested:
    '<path d="M8 1.8 14.2 8 8 14.2 1.8 8z" fill="none" stroke="currentColor" stroke-width="1.4"/><path d="M5.3 6.7h5.4M5.3 9.3h5.4M9.6 4.9 6.4 11.1" stroke="currentColor" stroke-width="1.3"/>',
  undertaken: box,
  confirmed: `${box}<rect x="6" y="6" width="4" height="4" fill="currentColor"/>`,
  'in-progress': `${box}<rect x="3" y="8" width="10" height="5" fill="currentColor"/>`,
  'partly-delivered': `${box}<path d="M3 13V3h10z" fill="currentColor"/>`,
  delivered: `${solid}<path d="m4.8 8.2 2.3 2.3 4.2-4.8" fill="none" stroke="var(--card)" stroke-width="1.9"/>`,
  'put-off': `<rect x="2" y="4" width="8" height="8" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="1.8 1.6"/>${away}`,
  waived: `${box}<path d="M5.2 8h5.6" stroke="currentColor" stroke-width="1.9"/>`,
  breached: `${solid}<path d="m5 5 6 6m0-6-6 6" stroke="var(--card)" stroke-width="1.9"/>`,
  lapsed: '<path d="M3 6V3h10v3M3 10v3h10v-3" fill="none" stroke="currentColor" stroke-width="1.75"/>',
  'no-report':
    '<rect x="2.6" y="2.6" width="10.8" height="10.8" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="2.2 1.5"/><path d="M6.2 6.5c0-2.2 3.6-2.2 3.6 0 0 1.5-1.8 1.3-1.8 2.9M8 11v1.1" fill="none" stroke="currentColor" stroke-width="1.4"/>',
  agrees: '<path d="m3 8.4 3.2 3.2L13 4.6" fill="none" stroke="currentColor" stroke-width="1.9"/>',
  new: '<path d="M8 3v10M3 8h10" stroke="currentColor" stroke-width="1.9"/>',
  'moved-on': '<path d="M3 8h9M8.6 4.4 12.4 8l-3.8 3.6" fill="none" stroke="currentColor" stroke-width="1.9"/>',
  arrow: '<path d="M2 8h11M9.6 4.8 13.2 8l-3.6 3.2" fill="none" stroke="currentColor" stroke-width="1.4"/>',
  omitted: '<path d="M4 8h8" stroke="currentColor" stroke-width="1.5"/>',
  published: '<path d="M8 2.4 13.6 8 8 13.6 2.4 8z" fill="currentColor"/>',
  article:
    '<path d="M4 2.5h5.5L12.5 5.5v8H4z" fill="none" stroke="currentColor" stroke-width="1.4"/><path d="M6 7.5h4.5M6 10h4.5" stroke="currentColor" stroke-width="1.2"/>',
} as const;

/** How a status shows: its glyph, its word, and its colour, in this order of importance. */
export type Sign = { readonly glyph: GlyphName; readonly word: string; readonly tone: Tone };

export type Tone = 'blue' | 'due' | 'over' | 'con' | 'sil' | 'good' | 'mute' | 'ink';

/** The sign of an event. A status that this page does not know yet shows its name and a plain ring. */
export function eventSign({ status, timing, guess }: FactStatus): Sign {
  const word = statusWords({ status, timing, guess });
  if (guess === true) return sign('guess', word, 'mute');
  const sure = timing !== 'possible';
  if (status === 'happened' && !sure) return sign('perhaps', word, 'blue');
  if (status === 'planned' && !sure) return sign('perhaps-planned', word, 'blue');
  const [glyph, tone] = events[status] ?? ['planned', 'ink'];
  return sign(glyph, word, tone);
}

function sign(glyph: GlyphName, word: string, tone: Tone): Sign {
  return { glyph, word, tone };
}

const events: Readonly<Record<string, readonly [GlyphName, Tone]>> = {
  planned: ['planned', 'blue'],
  due: ['due', 'due'],
  'overdue-unconfirmed': ['overdue', 'over'],
  happened: ['happened', 'blue'],
  denied: ['denied', 'mute'],
  cancelled: ['cancelled', 'mute'],
  postponed: ['postponed', 'due'],
  'on-hold': ['on-hold', 'due'],
  unsupported: ['none', 'mute'],
};

/** The sign of a promise in a cell of the matrix. */
export function promiseSign({ status, timing, closed, denied, guess, milestones }: PromiseStatus): Sign {
  if (guess) return sign('guess', 'A guess', 'mute');
  const known =
    status === null ? unpromised(milestones) : (promises[status] ?? sign('undertaken', plain(status), 'ink'));
  if (closed && (status === 'undertaken' || status === null)) return sign('no-report', 'No report', 'sil');
  const word = timing === 'possible' ? `perhaps ${known.word}` : known.word;
  return { ...known, word: word.charAt(0).toUpperCase() + word.slice(1), tone: denied ? 'mute' : known.tone };
}

type PromiseStatus = {
  readonly status: string | null;
  readonly timing: string;
  readonly closed: boolean;
  readonly denied: boolean;
  readonly guess: boolean;
  readonly milestones: readonly Milestone[];
};

type Milestone = { readonly type: string; readonly status: string };

// Of what nobody promised there are plans, denials, or limits and aims alone.
function unpromised(milestones: readonly Milestone[]): Sign {
  const own = milestones.filter(({ type }) => type.startsWith('Obligation'));
  if (own.length === 0) return sign('none', 'none yet', 'mute');
  return own.every(({ status }) => status === 'denied')
    ? sign('denied', 'denied', 'mute')
    : sign('planned', 'planned', 'blue');
}

const promises: Readonly<Record<string, Sign>> = {
  undertaken: sign('undertaken', 'undertaken', 'blue'),
  confirmed: sign('confirmed', 'confirmed', 'blue'),
  'in-progress': sign('in-progress', 'in progress', 'blue'),
  'partly-delivered': sign('partly-delivered', 'partly delivered', 'good'),
  delivered: sign('delivered', 'delivered', 'good'),
  postponed: sign('put-off', 'postponed', 'due'),
  waived: sign('waived', 'waived', 'mute'),
  breached: sign('breached', 'breached', 'over'),
  lapsed: sign('lapsed', 'lapsed', 'mute'),
};

/** The sign of any status that a transition names, of an event or of a promise. */
export function anySign(stage: { readonly status: string; readonly timing: string } | null): Sign {
  if (stage === null) return sign('none', 'not told', 'mute');
  const { status, timing } = stage;
  if (status === 'closedWithoutReport') return sign('no-report', 'no report', 'sil');
  const promised = promises[status];
  return promised !== undefined && events[status] === undefined ? promised : eventSign({ status, timing });
}

/** A sign with its word. */
export function Signed({ sign: { glyph, word, tone }, children }: SignedProps): ComponentChild {
  return h('span', { class: `sign c-${tone}` }, h(Glyph, { name: glyph }), children ?? word);
}

type SignedProps = { readonly sign: Sign; readonly children?: ComponentChildren };

/** That values contradict each other: set beside a status, never in its place. */
export function ContestedTag({ children = 'contested' }: { readonly children?: ComponentChildren }): ComponentChild {
  return h('span', { class: 'tag c-con' }, h(Glyph, { name: 'contested' }), children);
}
