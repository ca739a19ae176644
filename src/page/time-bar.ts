import { type ComponentChild, Fragment, h } from 'preact';
import type { Moments } from '../projections/moments.ts';
import { addressOf, type Clocks, withClocks } from './address.ts';
import { Glyph } from './glyphs.ts';
import { Hidden } from './sheet.ts';
import { type Moving, parameters, type Step, stepsOf } from './steps.ts';
import { capitalise, counted, dayWords } from './words.ts';

/** What the time bar shows: the sentence, the moments at which something changes, and the three clocks. */
export function timeBar({ path, clocks, more, cut, today, moments }: BarInput): Bar {
  const moving = movingClock(clocks);
  const at = standOf(moving, clocks, cut, today);
  const steps = moments === null ? [] : stepsOf({ path, clocks, more, moving, moments, today, at });
  return {
    path,
    hidden: Object.entries({ ...clocks, ...more }).flatMap(([name, text]) =>
      typeof text === 'string' && name !== parameters[moving] ? [[name, text] as const] : [],
    ),
    field: parameters[moving],
    at,
    moving,
    say: sentence(clocks, cut),
    happening: happeningAt(steps, moving),
    steps,
    clocks: clockButtons({ path, clocks, more, cut, moving }),
  };
}

type BarInput = {
  readonly path: string;
  readonly clocks: Clocks;
  /** The parameters of the page itself, which stay when the clock moves. */
  readonly more: Readonly<Record<string, string | null>>;
  readonly cut: ResolvedClocks;
  readonly today: string;
  /** Null where the page has no slider. */
  readonly moments: Moments | null;
};

/** The clocks as they were resolved. */
type ResolvedClocks = {
  readonly occurredAsOf: string;
  readonly reportedAsOf: string | null;
  readonly position: number;
  /** When the event at the position was recorded. */
  readonly recordedAt: string | null;
};

export type Bar = {
  readonly path: string;
  readonly hidden: readonly (readonly [name: string, text: string])[];
  readonly field: string;
  readonly at: string;
  readonly moving: Moving;
  readonly say: readonly Said[];
  readonly happening: string;
  readonly steps: readonly Step[];
  readonly clocks: readonly ClockButton[];
};

/** A part of the sentence; `strong` names the clock that the slider moves. */
export type Said = { readonly text: string; readonly strong: boolean };

type ClockButton = {
  readonly moving: Moving;
  readonly name: string;
  readonly value: string;
  readonly isOn: boolean;
  readonly href: string;
  /** Where the clock is cleared; null where it is not set. */
  readonly clear: string | null;
};

function movingClock({ slider }: Clocks): Moving {
  return slider === 'reported' || slider === 'recorded' ? slider : 'occurred';
}

function standOf(moving: Moving, clocks: Clocks, cut: ResolvedClocks, today: string): string {
  if (moving === 'recorded') return String(cut.position);
  return moving === 'occurred'
    ? cut.occurredAsOf
    : (cut.reportedAsOf ?? (clocks.reportedAsOf === undefined ? today : ''));
}

/**
 * What the page shows, in one plain sentence for every combination of the three clocks. A clock that is not set is not
 * spoken of, but for the world's, which always stands on a day.
 */
export function sentence(clocks: Clocks, cut: ResolvedClocks): readonly Said[] {
  const moving = movingClock(clocks);
  const part = (clock: Moving, text: string): Said => ({ text, strong: clock === moving });
  const say = (text: string): Said => ({ text, strong: false });
  const isRecorded = clocks.recordedAsOf !== undefined || clocks.atPosition !== undefined;
  const [occurred, reported] = [clocks.occurredAsOf !== undefined, cut.reportedAsOf !== null];
  const day = part('occurred', dayWords(cut.occurredAsOf, 'long'));
  const read = part('reported', dayWords(cut.reportedAsOf ?? cut.occurredAsOf, 'long'));
  const event = part('recorded', `event ${cut.position}`);
  const only = clocks.timing === 'certain' ? ' Only what is certain.' : '';
  const words = (): readonly Said[] => {
    if (!isRecorded && !reported) {
      return [
        say('What had happened in the world by '),
        day,
        say(', as far as all articles tell and this ledger holds now.'),
      ];
    }
    if (!isRecorded && !occurred) return [say('What a reader could have known by '), read, say('.')];
    if (!isRecorded) {
      return [say('What had happened by '), day, say(', as far as a reader could have known by '), read, say('.')];
    }
    if (!reported && !occurred) {
      const on = cut.recordedAt === null ? '' : ` on ${dayWords(cut.recordedAt.slice(0, 10), 'long')}`;
      return [say(`What this ledger held${on}, after `), event, say('.')];
    }
    if (!reported) {
      return [say('What had happened by '), day, say(', as far as this ledger held it after '), event, say('.')];
    }
    const held = [
      say(occurred ? ' and this ledger held it after ' : ', as far as this ledger held it after '),
      event,
      say('.'),
    ];
    if (!occurred) return [say('What a reader could have known by '), read, ...held];
    return [say('What had happened by '), day, say(', as far as a reader could have known by '), read, ...held];
  };
  return only === '' ? words() : [...words(), say(only)];
}

function happeningAt(steps: readonly Step[], moving: Moving): string {
  const chosen = steps.find(({ place }) => place === 'chosen');
  if (chosen === undefined) return '';
  if (chosen.changes > 0) return capitalise(counted(chosen.changes, 'change'));
  if (chosen.label === 'today') return 'Today';
  return moving === 'recorded' ? 'Before the first report' : 'A day you chose; nothing changes on it';
}

function clockButtons({
  path,
  clocks,
  more,
  cut,
  moving,
}: Omit<BarInput, 'today' | 'moments'> & { readonly moving: Moving }): readonly ClockButton[] {
  const button = (clock: Moving, name: string, value: string, isSet: boolean): ClockButton => {
    const slider = clock === 'occurred' ? null : clock;
    const cleared = clock === 'recorded' ? { atPosition: null, recordedAsOf: null } : { [parameters[clock]]: null };
    return {
      moving: clock,
      name,
      value,
      isOn: clock === moving,
      href: addressOf(path, withClocks(clocks, { slider }), more),
      clear: isSet ? addressOf(path, withClocks(clocks, cleared), more) : null,
    };
  };
  const isRecorded = clocks.atPosition !== undefined || clocks.recordedAsOf !== undefined;
  const reported = cut.reportedAsOf;
  return [
    button('occurred', 'Happened', `by ${dayWords(cut.occurredAsOf)}`, clocks.occurredAsOf !== undefined),
    button(
      'reported',
      'Known to readers',
      reported === null ? 'at any time' : `by ${dayWords(reported)}`,
      reported !== null,
    ),
    button('recorded', 'Held in this ledger', isRecorded ? `after event ${cut.position}` : 'now', isRecorded),
  ];
}

/** The point in time: a form and links, so that each state has an address; the slider comes with the script. */
export function TimeBar({ bar, live }: { readonly bar: Bar; readonly live: Live | null }): ComponentChild {
  const { steps, say, happening, clocks, field, hidden, path, at, moving } = bar;
  const example = moving === 'recorded' ? 'event' : '2018-02-05';
  return h(
    'section',
    { class: 'clock', 'aria-label': 'Point in time' },
    h(
      'div',
      { class: 'wrap' },
      h(
        'div',
        { class: 'sayline' },
        h(
          'p',
          { class: 'say', id: 'say', 'aria-live': 'polite' },
          say.map(({ text, strong }) => (strong ? h('b', null, text) : text)),
        ),
        happening === '' ? null : h('p', { class: 'hap' }, happening),
      ),
      steps.length < 2 ? null : h(Track, { bar, live }),
      h(
        'div',
        { class: 'clocks' },
        clocks.map((clock) => h(ClockChoice, { clock, key: clock.moving })),
        h('span', { class: 'spacer' }),
        h(
          'form',
          { class: 'go', action: path, method: 'get' },
          h(Hidden, { fields: hidden }),
          h('label', { class: 'vh', for: 'go-to' }, moving === 'recorded' ? 'Go to an event' : 'Go to a day'),
          h('input', {
            id: 'go-to',
            name: field,
            placeholder: example,
            title:
              moving === 'recorded' ? undefined : 'A day, a month or a year, or as in 2017-Q4, yesterday, last quarter',
            defaultValue: at,
            size: 10,
            inputMode: moving === 'recorded' ? 'numeric' : 'text',
            autocomplete: 'off',
          }),
          h('button', { type: 'submit' }, moving === 'recorded' ? 'Go to this event' : 'Go to this day'),
        ),
        live === null ? null : h(KeysButton, null),
        live === null || steps.length < 2
          ? null
          : h(
              'button',
              { type: 'button', class: 'ck q', onClick: live.play, 'aria-pressed': live.isPlaying },
              live.isPlaying ? 'Stop' : 'Play',
            ),
      ),
    ),
  );
}

function KeysButton(): ComponentChild {
  const open = () => document.querySelector<HTMLDialogElement>('#keys')?.showModal();
  return h('button', { type: 'button', class: 'ck q', onClick: open }, 'Keys');
}

/** What the script does with the bar. */
export type Live = {
  readonly step: (index: number) => void;
  readonly play: () => void;
  readonly isPlaying: boolean;
  /** Whether single letters are keys. */
  readonly lettersOn: boolean;
  readonly toggleLetters: () => void;
  /** What was recorded since the page was drawn; `show` is null once the page shows it. */
  readonly news: { readonly text: string; readonly show: (() => void) | null } | null;
};

function ClockChoice({ clock: { name, value, isOn, href, clear } }: { readonly clock: ClockButton }): ComponentChild {
  return h(
    'span',
    { class: `ck${isOn ? ' on' : ''}${clear === null ? '' : ' set'}` },
    h(
      'a',
      { href, 'aria-current': isOn ? 'true' : undefined },
      h(Glyph, { name: isOn ? 'happened' : 'planned' }),
      `${name}: `,
      h('b', null, value),
    ),
    clear === null ? null : h('a', { class: 'clear', href: clear, 'aria-label': `Clear: ${name}` }, '×'),
  );
}

const barHeight = 46;

function Track({ bar: { steps, moving }, live }: { readonly bar: Bar; readonly live: Live | null }): ComponentChild {
  const most = Math.max(1, ...steps.map(({ changes }) => changes));
  const width = 100 / steps.length;
  const chosen = steps.findIndex(({ place }) => place === 'chosen');
  const every = Math.ceil(steps.length / mostLabels);
  return h(
    'div',
    { class: 'track' },
    h(
      'svg',
      { class: 'hist', height: barHeight, 'aria-hidden': 'true' },
      steps.map((step, i) => h(Bars, { step, x: i * width, width, most, key: step.at })),
      h('line', { x1: 0, x2: '100%', y1: 44.5, y2: 44.5, class: 'base' }),
    ),
    live === null
      ? null
      : h('input', {
          type: 'range',
          min: 0,
          max: steps.length - 1,
          step: 1,
          style: { left: `calc(${width / 2}% - 9px)`, width: `calc(${100 - width}% + 18px)` },
          value: chosen,
          'aria-label': sliderNames[moving],
          'aria-valuetext': steps[chosen]?.said,
          onInput: (event: Event) => live.step(Number((event.currentTarget as HTMLInputElement).value)),
        }),
    h(
      'ol',
      { class: 'moments' },
      steps.map(({ at, label, year, place, href, said }, i) => {
        const isShown = place === 'chosen' || label === 'today' || (i % every === 0 && !isNear(i, chosen, every));
        const classes = [place === 'chosen' ? 'on' : '', isShown ? '' : 'off', (i / every) % 2 === 0 ? '' : 'odd'];
        return h(
          'li',
          { key: at, class: classes.filter(Boolean).join(' ') || undefined },
          h(
            'a',
            {
              href,
              title: said,
              'aria-current': place === 'chosen' ? 'step' : undefined,
              tabIndex: live === null ? undefined : -1,
            },
            h(Fragment, null, label, year === null ? null : h('b', null, year)),
          ),
        );
      }),
    ),
  );
}

const mostLabels = 22;

// A label beside that of the chosen moment would run into it, where labels are left out.
function isNear(index: number, chosen: number, every: number): boolean {
  return every > 1 && index !== chosen && Math.abs(index - chosen) < every;
}

const sliderNames = {
  occurred: 'What had happened by',
  reported: 'What readers could know by',
  recorded: 'What this ledger held after',
} as const;

type BarsProps = { readonly step: Step; readonly x: number; readonly width: number; readonly most: number };

// The height is the square root of the number of changes: a day with many does not flatten the others.
function Bars({ step: { changes, place }, x, width, most }: BarsProps): ComponentChild {
  const middle = `${x + width / 2}%`;
  if (changes === 0) {
    return h('svg', { x: middle, overflow: 'visible', class: place }, h('circle', { cy: 40, r: 3.5, class: 'pin' }));
  }
  const height = 6 + 28 * Math.sqrt(changes / most);
  const thick = Math.min(1.4, width * 0.6);
  return h('rect', { class: place, x: `${x + (width - thick) / 2}%`, width: `${thick}%`, y: 44 - height, height });
}
