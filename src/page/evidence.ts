import { type ComponentChild, h } from 'preact';
import { useContext } from 'preact/hooks';
import type { AuditAnswer } from '../projections/audit.ts';
import type { Source } from '../projections/shapes.ts';
import { addressOf, articlePath, type Clocks } from './address.ts';
import { Glyph, type GlyphName, type Tone } from './glyphs.ts';
import { ToolsContext, type VerifyProps } from './tools.ts';
import {
  capitalise,
  dateWords,
  dayWords,
  edtfDate,
  fieldName,
  moneyFields,
  type Names,
  paragraphsWords,
  plain,
  publishedWords,
  unbroken,
  valueWords,
  withPartyNames,
} from './words.ts';

/** One report of one article, in words. */
export function sourceLine(source: Source, clocks: Clocks, parties: Names): SourceLine {
  const {
    article,
    paragraphs,
    publisher,
    published,
    attribution,
    speaker,
    note,
    modality,
    date,
    values,
    implied,
    identityAssumed,
    corrections,
    position,
  } = source;
  return {
    article,
    href: `${addressOf(articlePath(article), clocks)}#p${paragraphs[0] ?? 1}`,
    place: paragraphsWords(paragraphs),
    publisher: publisher ?? 'publisher not known',
    published: unbroken(publishedWords(published)),
    saidBy: mouth(attribution, speaker),
    words: note ?? '',
    modality: `${modality}${date === null ? ', no day told' : `, ${dateWords(edtfDate(date))}`}`,
    values: statedWords(values, parties),
    caveat: [
      ...(implied ? ['names no Games; the coverage does'] : []),
      ...(identityAssumed === null ? [] : [`taken to be the same: ${identityAssumed}`]),
      ...corrections.map(
        ({ field, said, value, reason }) =>
          `${plain(field)}: says ${valueWords(said)}, corrected to ${valueWords(value)} (${reason})`,
      ),
    ].join('; '),
    position,
  };
}

// The parts of a sum of money are said as one.
function statedWords(values: Source['values'], parties: Names): string {
  const isMoney = 'amount' in values && 'currency' in values;
  const rest = Object.entries(values).filter(([field]) => !isMoney || !moneyFields.includes(field));
  const all = isMoney ? [['money', withPartyNames(values, parties)] as const, ...rest] : rest;
  return all.map(([field, value]) => `${fieldName(field)}: ${valueWords(value)}`).join('; ');
}

export type SourceLine = {
  readonly article: string;
  readonly href: string;
  readonly place: string;
  readonly publisher: string;
  readonly published: string;
  readonly saidBy: string;
  readonly words: string;
  readonly modality: string;
  readonly values: string;
  readonly caveat: string;
  readonly position: number;
};

/** Who says so. */
export function mouth(attribution: string, speaker: Source['speaker']): string {
  const by = mouths[attribution] ?? plain(attribution);
  return speaker === null ? by : `${by}: ${[speaker.name, speaker.role].filter(Boolean).join(', ')}`;
}

const mouths: Readonly<Record<string, string>> = {
  'joint-statement': 'both parties together',
  party: 'a party',
  outlet: 'the outlet',
  'second-hand': 'the outlet, at second hand',
  inference: 'the outlet, as a guess',
};

type SourceProps = { readonly source: SourceLine; readonly because?: string };

/** A source as a paragraph. */
export function SourceView({
  source: { article, href, place, publisher, published, saidBy, words, modality, values, caveat },
  because,
}: SourceProps): ComponentChild {
  return h(
    'article',
    { class: `src${because === undefined ? '' : ' out'}` },
    h(
      'p',
      null,
      h('a', { class: 'link', href }, `Article ${article}, ${place}`),
      h('span', { class: 'n' }, ` ${publisher}, published ${published}`),
    ),
    words === '' ? null : h('p', { class: 'q' }, words),
    h(
      'p',
      { class: 'n' },
      [saidBy, modality, values, caveat, because ?? ''].filter(Boolean).map(capitalise).join('. '),
    ),
  );
}

export type TrailStep = {
  readonly glyph: GlyphName;
  readonly tone: Tone;
  readonly text: string;
  readonly href: string | null;
  /** When it was recorded. */
  readonly recorded: string;
  /** What it changed, and what became of it. */
  readonly more: string;
  readonly event: VerifyProps;
};

/** An event of the audit trail in a line. */
export function trailStep(entry: AuditEntry, clocks: Clocks): TrailStep {
  const { position, recordedAt, event, article, late, paragraphs, supersededBy, asserted } = entry;
  const { reason } = asserted;
  const isDecision = Object.hasOwn(decisionNames, event.type);
  const { glyph, tone, words } = signOfEffect(ownEffect(entry, isDecision));
  const isReading = !isDecision && article !== null;
  return {
    glyph,
    tone,
    text: isReading ? placeWords(article, paragraphs) : decisionWords(entry),
    href: isReading ? addressOf(articlePath(article), clocks) : null,
    recorded: `recorded ${dayWords(recordedAt.slice(0, 10))}, ${recordedAt.slice(11, 16)} UTC`,
    more: [
      ...(isDecision ? [typeof reason === 'string' ? reason.replace(/\.$/, '') : ''] : [words]),
      ...(late ? ['late: published before what was recorded earlier'] : []),
      ...(supersededBy === null ? [] : [`replaced by event ${supersededBy}`]),
    ]
      .filter(Boolean)
      .join('; '),
    event: { position, id: event.id },
  };
}

type AuditEntry = AuditAnswer['entries'][number];

function placeWords(article: string, paragraphs: readonly number[]): string {
  return `Article ${article}${paragraphs.length === 0 ? '' : `, ${paragraphsWords(paragraphs)}`}`;
}

// What is recorded in one go shares its effects: a report and its correction. Each line says what is its own.
function ownEffect({ effects }: AuditEntry, isDecision: boolean): string {
  const own = effects.filter((effect) => effectsOfDecisions.has(effect) === isDecision);
  return own.at(-1) ?? effects.at(-1) ?? 'none';
}

const effectsOfDecisions: ReadonlySet<string> = new Set(['corrected', 'retracted', 'resolved']);

function signOfEffect(effect: string): { readonly glyph: GlyphName; readonly tone: Tone; readonly words: string } {
  return effectSigns[effect] ?? { glyph: 'omitted', tone: 'mute', words: effect === 'none' ? '' : plain(effect) };
}

// A decision in a sentence: what it did, to what, from what to what.
function decisionWords({ event, asserted }: AuditEntry): string {
  const { field, said, value, from, article, revision } = asserted;
  const name = decisionNames[event.type] ?? capitalise(plain(event.type));
  if (typeof field === 'string') {
    const before = said === undefined || said === null ? '' : `${quotedValue(said)} becomes `;
    return `${name}, ${fieldName(field).toLowerCase()}: ${before}${quotedValue(value)}`;
  }
  if (typeof from === 'string') return `${name} ${from}`;
  return typeof article === 'string' ? `${name} ${article}, up to revision ${valueWords(revision)}` : name;
}

function quotedValue(value: unknown): string {
  return typeof value === 'string' ? `“${valueWords(value)}”` : valueWords(value);
}

const decisionNames: Readonly<Record<string, string>> = {
  FactCorrected: 'Corrected',
  FactRetracted: 'Reports retracted',
  ContestResolved: 'Settled',
  FactsMerged: 'Merged with',
  MergeUndone: 'Parted again from',
  ArticleRetracted: 'Retracted: article',
};

/** How the effect of an event shows. */
export const effectSigns: Readonly<
  Record<string, { readonly glyph: GlyphName; readonly tone: Tone; readonly words: string }>
> = {
  entered: { glyph: 'new', tone: 'good', words: 'new' },
  corroborated: { glyph: 'agrees', tone: 'mute', words: 'agrees' },
  advanced: { glyph: 'moved-on', tone: 'blue', words: 'moved on' },
  narrowed: { glyph: 'moved-on', tone: 'blue', words: 'more exact' },
  contested: { glyph: 'contested', tone: 'con', words: 'disagrees' },
  corrected: { glyph: 'moved-on', tone: 'due', words: 'corrected' },
  retracted: { glyph: 'cancelled', tone: 'over', words: 'retracted' },
  superseded: { glyph: 'omitted', tone: 'mute', words: 'replaced' },
  resolved: { glyph: 'agrees', tone: 'con', words: 'settled' },
};

/** A step of the trail as a line. */
export function TrailView({
  step: { glyph, tone, text, recorded, more, href, event },
}: {
  readonly step: TrailStep;
}): ComponentChild {
  return h(
    'li',
    { class: `c-${tone}` },
    h(Glyph, { name: glyph }),
    h(
      'span',
      null,
      href === null ? text : h('a', { href }, text),
      h(
        'span',
        { class: 'n' },
        ` ${[`event ${event.position}`, recorded].join(', ')}${more === '' ? '' : `; ${more}`}`,
      ),
      h(VerifyHere, { event }),
    ),
  );
}

/** Where a browser can check an event itself. */
export function VerifyHere({ event }: { readonly event: VerifyProps }): ComponentChild {
  const tools = useContext(ToolsContext);
  return tools === null ? null : h(tools.Verify, event);
}
